package org.vivace.bench;

import java.time.Duration;
import org.vivace.measure.PairedTiming;

/**
 * How long step times are measured.
 *
 * @param rounds two steps of each side in a round
 * @param seconds time limit; the minimum number of rounds for an interval is measured regardless
 */
record TimingPlan(int rounds, double seconds) {

    TimingPlan {
        if (rounds < PairedTiming.LEAST_ROUNDS) {
            throw new IllegalArgumentException("an interval needs at least " + PairedTiming.LEAST_ROUNDS
                    + " rounds, got " + rounds + ": give for instance 24");
        }
        if (!(seconds > 0 && Double.isFinite(seconds))) {
            throw new IllegalArgumentException(
                    "step times must have more than 0 seconds, got " + seconds + ": give for instance 10");
        }
    }

    static TimingPlan of(Size size) {
        return new TimingPlan(size.rounds(), size.seconds());
    }

    TimingPlan rounds(int count) {
        return new TimingPlan(count, seconds);
    }

    TimingPlan within(double limit) {
        return new TimingPlan(rounds, limit);
    }

    /** The measurement, with the baseline timed a second time as a check, and its progress on a bar. */
    PairedTiming on(ProgressBar bar) {
        return PairedTiming.rounds(rounds)
                .within(Duration.ofMillis((long) Math.ceil(1000 * seconds)))
                .withBaselineAgain()
                .reportingTo(now -> bar.show(now.share(), now.left(), now.phase() + ": " + now.variant()));
    }
}
