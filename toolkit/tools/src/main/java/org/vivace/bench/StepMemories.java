package org.vivace.bench;

import ai.djl.Device;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Variant;

/**
 * The memory of a step of plain DJL and of each recipe, measured one after the other, each in a fresh JVM.
 *
 * @param found plain DJL's first; an entry is empty if it could not be measured, and entries are missing after an
 *     interrupt
 * @param notes why something could not be measured
 * @param partial whether the thread was interrupted
 */
record StepMemories(List<Optional<StepMemory>> found, List<String> notes, boolean partial) {

    /** Measures one arm. */
    @FunctionalInterface
    interface Measuring {
        StepMemory of(Arm arm) throws InterruptedException;
    }

    /**
     * Measures stock DJL and the arms in fresh JVMs.
     *
     * @throws IllegalArgumentException if another JVM cannot make the workload or one of the arms
     */
    static StepMemories measure(Workload workload, List<Arm> arms, Device device, ProgressBar bar) {
        List<Arm> all = new ArrayList<>(List.of(Arm.PLAIN));
        all.addAll(arms);
        all.forEach(arm -> FreshStep.arguments(FreshStep.Question.STEP, workload, arm));
        return StepMemory.obstacle(device)
                .map(why -> new StepMemories(List.of(), List.of("no memory was measured: " + why), false))
                .orElseGet(() -> measure(
                        all,
                        bar,
                        arm -> StepMemory.parse(FreshJvm.run(
                                FreshStep.class, FreshStep.arguments(FreshStep.Question.STEP, workload, arm)))));
    }

    static StepMemories measure(List<Arm> all, ProgressBar bar, Measuring measuring) {
        List<Optional<StepMemory>> found = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        long begin = System.nanoTime();
        for (Arm arm : all) {
            int turn = all.indexOf(arm);
            long each = turn == 0 ? 0 : (System.nanoTime() - begin) / turn;
            bar.show((double) turn / all.size(), Duration.ofNanos(each * (all.size() - turn)), "memory: " + arm.name());
            try {
                // Cleared on purpose: after an interrupted measurement its findings are written.
                if (Thread.interrupted()) {
                    return new StepMemories(found, notes, true);
                }
                found.add(Optional.of(measuring.of(arm)));
            } catch (InterruptedException e) {
                return new StepMemories(found, notes, true);
            } catch (IllegalStateException | UncheckedIOException e) {
                found.add(Optional.empty());
                notes.add("the memory of " + arm.name() + " was not measured: " + e.getMessage());
            }
        }
        return new StepMemories(found, notes, false);
    }

    /** The record with these peaks, whose variants are the recipes in their order. */
    BenchRecord into(BenchRecord record) {
        Iterator<Optional<StepMemory>> each = found.iterator();
        BenchRecord filled = record.withBaseline(
                        next(each).isPresent()
                                ? record.baseline()
                                        .withPeakBytes(found.get(0).get().peak())
                                : record.baseline())
                .withVariants(variant -> next(each)
                        .map(memory -> variant.withPeakBytes(memory.peak()))
                        .orElse(variant));
        List<String> all = new ArrayList<>(record.notes());
        all.addAll(notes);
        return partial ? filled.withNotes(all).asPartial() : filled.withNotes(all);
    }

    private static Optional<StepMemory> next(Iterator<Optional<StepMemory>> each) {
        return each.hasNext() ? each.next() : Optional.empty();
    }

    /** @throws IllegalStateException if one was not measured */
    void requireAll() {
        if (partial) {
            throw new IllegalStateException("interrupted before the memory was measured, so nothing was written");
        }
        if (!notes.isEmpty()) {
            throw new IllegalStateException(notes.get(0));
        }
    }

    /**
     * The record of step times, whose variants are the arms, with the steps' activation memory in its settings and
     * notes.
     */
    BenchRecord withActivations(BenchRecord times) {
        StepMemory plain = found.get(0).orElseThrow();
        Map<String, String> settings = new LinkedHashMap<>(times.settings());
        settings.put("activation memory of plain DJL", Figures.mebibytes(plain.activations()));
        List<String> all = new ArrayList<>(times.notes());
        for (int i = 0; i < times.variants().size(); i++) {
            Variant variant = times.variants().get(i);
            StepMemory with = found.get(i + 1).orElseThrow();
            settings.put("activation memory of " + variant.title(), Figures.mebibytes(with.activations()));
            all.add("activation memory of " + variant.title()
                    + ", which is the peak less what is held between two steps, is "
                    + Figures.ratio((double) with.activations() / plain.activations()) + " of plain DJL's ("
                    + Figures.mebibytes(with.activations()) + " instead of " + Figures.mebibytes(plain.activations())
                    + "), and a step takes "
                    + Figures.ratio(1 / variant.speedup().median()) + " times as long");
        }
        return times.withSettings(settings).withNotes(all);
    }
}
