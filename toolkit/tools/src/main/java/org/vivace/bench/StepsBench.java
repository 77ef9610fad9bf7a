package org.vivace.bench;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.NamedStep;
import org.vivace.measure.PairedTiming;
import org.vivace.torch.DeviceWork;

/**
 * Steps of a user's own loops, timed against the first: interleaved in one process, with the first timed a second time
 * as a check of the measurement. A step may do anything, but each call must do the same amount of work. Made by
 * {@link Bench#steps}; immutable.
 */
public final class StepsBench {

    private final String name;
    private final List<NamedStep> steps;
    private final TimingPlan timing;

    private StepsBench(String name, List<NamedStep> steps, TimingPlan timing) {
        this.name = name;
        this.steps = steps;
        this.timing = timing;
    }

    static StepsBench of(String name, Runnable plain, Runnable... others) {
        if (others.length == 0) {
            throw new IllegalArgumentException(
                    "a comparison must have at least 2 steps, got 1: give the plain one first and then yours");
        }
        List<NamedStep> steps = new ArrayList<>(List.of(step("plain", plain)));
        for (int i = 0; i < others.length; i++) {
            steps.add(step(others.length == 1 ? name : name + " " + (i + 1), others[i]));
        }
        return new StepsBench(name, steps, TimingPlan.of(Size.DEFAULT));
    }

    /** Of predictions for inputs in turn. */
    static <I, O> StepsBench of(String name, List<I> inputs, Predictor<I, O> plain, List<Predictor<I, O>> others) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("expected at least one input to predict from, got none: give some");
        }
        return of(
                name,
                predictions(inputs, plain),
                others.stream().map(each -> predictions(inputs, each)).toArray(Runnable[]::new));
    }

    private static <I, O> Runnable predictions(List<I> inputs, Predictor<I, O> predictor) {
        AtomicInteger turn = new AtomicInteger();
        return () -> {
            try {
                predictor.predict(inputs.get(turn.getAndIncrement() % inputs.size()));
            } catch (TranslateException e) {
                throw new IllegalStateException("a prediction failed: " + e.getMessage(), e);
            }
        };
    }

    /** Waits for the device, on which a step may only have queued its work. */
    private static NamedStep step(String name, Runnable body) {
        return new NamedStep(name, () -> {
            body.run();
            Device device = LocalMachine.device();
            if (device.isGpu()) {
                DeviceWork.await(device);
            }
        });
    }

    /**
     * Names the steps in tables, the plain step first.
     *
     * @throws IllegalArgumentException unless there is one name per step, all different
     */
    public StepsBench named(String... names) {
        if (names.length != steps.size() || new LinkedHashSet<>(List.of(names)).size() != names.length) {
            throw new IllegalArgumentException("expected " + steps.size() + " names, no two alike, got "
                    + List.of(names) + ": give one for each step, the plain one's first");
        }
        List<NamedStep> named = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            named.add(new NamedStep(names[i], steps.get(i).body()));
        }
        return new StepsBench(name, named, timing);
    }

    /** Limits the time to this many seconds; the minimum number of rounds for an interval is measured regardless. */
    public StepsBench within(double limit) {
        return new StepsBench(name, steps, timing.within(limit));
    }

    /** The number of rounds, two steps of each side in a round; at least {@link PairedTiming#LEAST_ROUNDS}. */
    public StepsBench rounds(int count) {
        return new StepsBench(name, steps, timing.rounds(count));
    }

    /**
     * Times them. The record's variants are the steps but the first.
     *
     * @throws IllegalStateException if a step fails, with its name
     */
    public BenchRecord time() {
        try (ProgressBar bar = ProgressBar.here()) {
            String command = "Bench.steps(" + name + ", …).within(" + timing.seconds() + ").time()";
            return BenchRecord.of(
                            command,
                            name,
                            LocalMachine.machine(),
                            timing.on(bar).measure(steps),
                            List::of)
                    .withSettings(Map.of("baseline", steps.get(0).name()));
        }
    }
}
