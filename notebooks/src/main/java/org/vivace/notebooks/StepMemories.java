package org.vivace.notebooks;

import ai.djl.Device;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.BenchRecord;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The memory of a step of plain DJL and of each recipe, measured one after the other, each in a fresh JVM.
 *
 * @param found plain DJL's first; empty where it could not be measured, and shorter than asked for where interrupted
 * @param notes why something could not be measured
 * @param partial whether the thread was interrupted
 */
record StepMemories(List<Optional<StepMemory>> found, List<String> notes, boolean partial) {

    /** What measures one variant, by its number: 0 is plain DJL. */
    @FunctionalInterface
    interface Measuring {
        StepMemory of(int variant) throws InterruptedException;
    }

    /**
     * Measures in fresh JVMs that are given this command's arguments and the number of a variant.
     *
     * @param arguments this command's own
     */
    static StepMemories measure(
            List<List<EfficiencyMethod>> recipes, Device device, List<String> arguments, ProgressBar bar) {
        Optional<String> obstacle = StepMemory.obstacle(device);
        if (obstacle.isPresent()) {
            return new StepMemories(List.of(), List.of("no memory was measured: " + obstacle.get()), false);
        }
        return measure(recipes, bar, variant -> {
            List<String> asked = new ArrayList<>(arguments);
            asked.addAll(List.of(StepMemory.OPTION, Integer.toString(variant)));
            return StepMemory.parse(FreshJvm.run(asked));
        });
    }

    /** Measures one variant in this JVM and prints it for the one that asked; the exit code. */
    static int tell(CommandSpec spec, Workload workload, List<List<EfficiencyMethod>> recipes, int variant) {
        List<EfficiencyMethod> methods = variant == 0 ? null : recipes.get(variant - 1);
        PrintWriter out = spec.commandLine().getOut();
        out.println(StepMemory.measure(workload, Here.device(), methods).toLine());
        out.flush();
        return 0;
    }

    static StepMemories measure(List<List<EfficiencyMethod>> recipes, ProgressBar bar, Measuring measuring) {
        List<Optional<StepMemory>> found = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        long begin = System.nanoTime();
        int count = recipes.size() + 1;
        for (int variant = 0; variant < count; variant++) {
            String title = variant == 0
                    ? "plain DJL"
                    : Recipe.of(recipes.get(variant - 1)).toString();
            long each = variant == 0 ? 0 : (System.nanoTime() - begin) / variant;
            bar.show((double) variant / count, Duration.ofNanos(each * (count - variant)), "memory: " + title);
            try {
                // Cleared on purpose: what follows an interrupted measurement is writing what it found.
                if (Thread.interrupted()) {
                    return new StepMemories(found, notes, true);
                }
                found.add(Optional.of(measuring.of(variant)));
            } catch (InterruptedException e) {
                return new StepMemories(found, notes, true);
            } catch (IllegalStateException | UncheckedIOException e) {
                found.add(Optional.empty());
                notes.add("the memory of " + title + " was not measured: " + e.getMessage());
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
}
