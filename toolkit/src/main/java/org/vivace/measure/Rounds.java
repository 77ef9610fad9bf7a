package org.vivace.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One run of a {@link PairedTiming}: the rounds done so far and the clock they are held against. */
final class Rounds {

    private final PairedTiming plan;
    private final List<NamedStep> arms;
    private final List<List<List<Long>>> kept;
    private long begin;
    private long lastRound;
    private int turnsDone;

    Rounds(PairedTiming plan, List<NamedStep> arms) {
        this.plan = plan;
        this.arms = arms;
        this.kept = IntStream.range(0, arms.size())
                .<List<List<Long>>>mapToObj(i -> new ArrayList<>())
                .toList();
    }

    /** Whether the measurement came to its own end. */
    boolean runAll() {
        begin = now();
        for (int round = 0; round < plan.warmupRounds(); round++) {
            if (!run("warm-up", round, false)) {
                return false;
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            boolean enough = round >= PairedTiming.LEAST_ROUNDS;
            if (enough && elapsed() + lastRound > plan.budget().toNanos()) {
                return true;
            }
            if (!run("timing", round, true)) {
                return false;
            }
        }
        return true;
    }

    List<Samples> samples() {
        return IntStream.range(0, arms.size())
                .mapToObj(i -> new Samples(arms.get(i).name(), kept.get(i)))
                .toList();
    }

    private boolean run(String phase, int round, boolean keep) {
        long roundBegin = now();
        List<List<Long>> times =
                arms.stream().<List<Long>>map(arm -> new ArrayList<>()).toList();
        for (int arm : PairedTiming.order(round, arms.size())) {
            for (int step = 0; step < plan.stepsPerTurn(); step++) {
                // Cleared on purpose: what follows an interrupted measurement is writing what it found.
                if (Thread.interrupted()) {
                    return false;
                }
                try {
                    times.get(arm).add(time(arms.get(arm)));
                } catch (InterruptedException e) {
                    return false;
                } catch (Exception e) {
                    throw new IllegalStateException(
                            arms.get(arm).name() + " failed in " + phase + " round " + (round + 1) + ": " + e, e);
                }
            }
            turnsDone++;
            report(phase, arms.get(arm).name());
        }
        lastRound = now() - roundBegin;
        if (keep) {
            for (int arm = 0; arm < arms.size(); arm++) {
                kept.get(arm).add(times.get(arm));
            }
        }
        return true;
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
        double least = (double) turnsPerRound * (plan.warmupRounds() + PairedTiming.LEAST_ROUNDS);
        double most = (double) turnsPerRound * (plan.warmupRounds() + plan.rounds());
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
