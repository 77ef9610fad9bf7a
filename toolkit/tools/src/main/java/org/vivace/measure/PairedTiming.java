package org.vivace.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Times variants of a training step against the first of them, the baseline, interleaved in one process.
 *
 * <p>A round goes there and back (A B C C B A), each variant running {@code stepsPerTurn} steps at each of its two
 * turns, so even drift (a warming machine, a neighbor's load) affects all equally. The next round starts one variant
 * later (B C A A C B), so that no variant always follows itself. Every step is timed alone, with {@code deviceSync}
 * before the clock is read.
 *
 * <p>Warm-up rounds run the same way and are discarded: the first, which compiles and allocates, and those after it
 * until the step time no longer falls ({@link SteadyState}), but none after half of the budget is spent. The time of
 * the very first step of each variant is kept separately.
 *
 * <p>On the noisiest of the recorded machines from which the tests draw their noise, where every ninth step takes a
 * quarter longer, 80 steps of each variant (40 rounds) detect a difference of 3 % in more than 9 of 10 measurements; 20
 * steps give an interval of ±2 to ±4 %.
 *
 * <p>The measurement ends after {@code rounds} rounds, or before the first round that would not end within
 * {@code budget} (warm-up included), but not before {@link #LEAST_ROUNDS}.
 */
public record PairedTiming(
        Warmup warmup,
        int rounds,
        int stepsPerTurn,
        Duration budget,
        boolean baselineAgain,
        Runnable deviceSync,
        Consumer<Progress> progress,
        LongSupplier nanoClock) {

    /** Fewer rounds give no useful interval. */
    public static final int LEAST_ROUNDS = 3;

    private static final String AGAIN = "baseline again";

    public PairedTiming {
        if (rounds < LEAST_ROUNDS) {
            throw new IllegalArgumentException("rounds must be at least " + LEAST_ROUNDS + ", got " + rounds
                    + ": ask for more, an interval needs them");
        }
        if (stepsPerTurn < 1) {
            throw new IllegalArgumentException(
                    "steps per turn must be at least 1, got " + stepsPerTurn + ": 1 suits steps of a second");
        }
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException(
                    "the time budget must be above zero, got " + budget + ": give for instance 60 seconds");
        }
    }

    /** Up to {@code rounds} rounds of one step per turn after an automatic warm-up, for at most a day. */
    public static PairedTiming rounds(int rounds) {
        return new PairedTiming(
                Warmup.untilSteady(), rounds, 1, Duration.ofDays(1), false, () -> {}, report -> {}, System::nanoTime);
    }

    public PairedTiming warmup(Warmup warmup) {
        return new PairedTiming(warmup, rounds, stepsPerTurn, budget, baselineAgain, deviceSync, progress, nanoClock);
    }

    public PairedTiming stepsPerTurn(int steps) {
        return new PairedTiming(warmup, rounds, steps, budget, baselineAgain, deviceSync, progress, nanoClock);
    }

    public PairedTiming within(Duration budget) {
        return new PairedTiming(warmup, rounds, stepsPerTurn, budget, baselineAgain, deviceSync, progress, nanoClock);
    }

    /** Times the baseline twice, the second time as if it were a variant: it must come out not distinguishable. */
    public PairedTiming withBaselineAgain() {
        return new PairedTiming(warmup, rounds, stepsPerTurn, budget, true, deviceSync, progress, nanoClock);
    }

    /** Waits for the device to finish its queued work; called before each reading of the clock. */
    public PairedTiming synchronizing(Runnable deviceSync) {
        return new PairedTiming(warmup, rounds, stepsPerTurn, budget, baselineAgain, deviceSync, progress, nanoClock);
    }

    /** Reports the progress after every turn, outside the timed regions. */
    public PairedTiming reportingTo(Consumer<Progress> progress) {
        return new PairedTiming(warmup, rounds, stepsPerTurn, budget, baselineAgain, deviceSync, progress, nanoClock);
    }

    PairedTiming clockedBy(LongSupplier nanoClock) {
        return new PairedTiming(warmup, rounds, stepsPerTurn, budget, baselineAgain, deviceSync, progress, nanoClock);
    }

    /**
     * Measures. Interrupting the thread ends the measurement: the complete rounds so far are returned, marked partial.
     * This clears the interrupt flag, since writing a file from an interrupted thread fails.
     *
     * @param steps the baseline first
     * @throws IllegalArgumentException if there are fewer than two steps, or two with the same name
     * @throws IllegalStateException if a step fails; it names the step and the round
     */
    public Timings measure(List<NamedStep> steps) {
        check(steps);
        List<NamedStep> arms = new ArrayList<>(steps);
        if (baselineAgain) {
            arms.add(1, new NamedStep(AGAIN, steps.get(0).body()));
        }
        Rounds timed = new Rounds(this, arms);
        boolean whole = timed.runAll();
        List<Samples> samples = new ArrayList<>(timed.samples());
        Optional<Samples> again = baselineAgain ? Optional.of(samples.remove(1)) : Optional.empty();
        return new Timings(samples, again, !whole, timed.dropped(), timed.steady());
    }

    /** The order in which arms 0 to {@code count - 1} take their turns in a round: there and back. */
    static List<Integer> order(int round, int count) {
        List<Integer> there = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            there.add((i + round) % count);
        }
        List<Integer> order = new ArrayList<>(there);
        Collections.reverse(there);
        order.addAll(there);
        return order;
    }

    private static void check(List<NamedStep> steps) {
        if (steps.size() < 2) {
            throw new IllegalArgumentException("a comparison must have at least 2 variants, got " + steps.size()
                    + ": give the baseline first and then what is compared with it");
        }
        Set<String> names = new HashSet<>(Set.of(AGAIN));
        for (NamedStep step : steps) {
            if (!names.add(step.name())) {
                throw new IllegalArgumentException("every variant must have its own name, got " + step.name()
                        + " twice: rename or drop one (" + AGAIN + " is taken)");
            }
        }
    }
}
