package org.vivace.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** One run of a {@link PairedTiming}: the rounds done so far and the clock for its budget. */
final class Rounds {

    private final PairedTiming plan;
    private final List<NamedStep> arms;
    private final List<List<List<Long>>> done;
    private final OptionalLong[] first;
    private long begin;
    private long lastRound;
    private int turnsDone;
    private int dropped;
    private boolean settled;
    private boolean steady = true;

    Rounds(PairedTiming plan, List<NamedStep> arms) {
        this.plan = plan;
        this.arms = arms;
        this.done = IntStream.range(0, arms.size())
                .<List<List<Long>>>mapToObj(i -> new ArrayList<>())
                .toList();
        this.first = new OptionalLong[arms.size()];
        Arrays.fill(first, OptionalLong.empty());
        this.dropped = plan.warmup().least();
        this.settled = plan.warmup().most() == dropped;
    }

    /** Whether the measurement was completed. */
    boolean runAll() {
        begin = now();
        while (!enough()) {
            if (!run()) {
                return false;
            }
            settle();
        }
        return true;
    }

    /** The number of warm-up rounds among those run. */
    int dropped() {
        return Math.min(dropped, rounds());
    }

    /** Whether the step time had stopped falling when the warm-up ended, or the warm-up is fixed. */
    boolean steady() {
        return settled && steady;
    }

    List<Samples> samples() {
        return IntStream.range(0, arms.size())
                .mapToObj(i -> new Samples(arms.get(i).name(), done.get(i).subList(dropped(), rounds()), first[i]))
                .toList();
    }

    private int rounds() {
        return done.get(0).size();
    }

    private boolean enough() {
        int kept = rounds() - dropped;
        boolean outOfTime = kept >= PairedTiming.LEAST_ROUNDS
                && elapsed() + lastRound > plan.budget().toNanos();
        return outOfTime || kept >= plan.rounds();
    }

    /** Lengthens the warm-up by a round if the first kept one was slower than those after it. */
    private void settle() {
        if (settled || rounds() < dropped + SteadyState.ROUNDS) {
            return;
        }
        steady = !SteadyState.stillFalling(done, dropped);
        boolean more =
                dropped < plan.warmup().most() && elapsed() < plan.budget().toNanos() / 2;
        if (!steady && more) {
            dropped++;
        } else {
            settled = true;
        }
    }

    private boolean run() {
        int round = rounds();
        String phase = round < dropped ? "warm-up" : "timing";
        long roundBegin = now();
        List<List<Long>> times =
                arms.stream().<List<Long>>map(arm -> new ArrayList<>()).toList();
        for (int arm : PairedTiming.order(round, arms.size())) {
            for (int step = 0; step < plan.stepsPerTurn(); step++) {
                // Cleared on purpose: after an interrupted measurement its findings are written.
                if (Thread.interrupted()) {
                    return false;
                }
                try {
                    times.get(arm).add(time(arms.get(arm)));
                } catch (InterruptedException e) {
                    return false;
                } catch (Exception e) {
                    throw failure(phase, round, arms.get(arm), e);
                }
            }
            if (first[arm].isEmpty()) {
                first[arm] = OptionalLong.of(times.get(arm).get(0));
            }
            turnsDone++;
            report(phase, arms.get(arm).name());
        }
        lastRound = now() - roundBegin;
        for (int arm = 0; arm < arms.size(); arm++) {
            done.get(arm).add(times.get(arm));
        }
        return true;
    }

    private IllegalStateException failure(String phase, int round, NamedStep arm, Exception cause) {
        int number = round < dropped ? round + 1 : round - dropped + 1;
        return new IllegalStateException(
                arm.name() + " failed in " + phase + " round " + number
                        + ", which ends the measurement without a result: " + cause,
                cause);
    }

    private long time(NamedStep step) throws Exception {
        plan.deviceSync().run();
        long start = now();
        step.body().run();
        plan.deviceSync().run();
        // A clock too coarse for the step must not make a ratio infinite.
        return Math.max(1, now() - start);
    }

    private void report(String phase, String variant) {
        int turnsPerRound = 2 * arms.size();
        double turnNanos = (double) elapsed() / turnsDone;
        double least = (double) turnsPerRound * (dropped + PairedTiming.LEAST_ROUNDS);
        double most = (double) turnsPerRound * (dropped + plan.rounds());
        double affordable = plan.budget().toNanos() / turnNanos;
        double turns = Math.max(turnsDone, Math.max(least, Math.min(most, affordable)));
        Duration left = Duration.ofNanos((long) ((turns - turnsDone) * turnNanos));
        plan.progress().accept(new Progress(phase, variant, turnsDone / turns, left));
    }

    private long elapsed() {
        return now() - begin;
    }

    private long now() {
        return plan.nanoClock().getAsLong();
    }
}
