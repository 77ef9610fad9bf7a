package org.vivace.profile;

import ai.djl.Device;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.DeviceWork;
import org.vivace.trace.StepPhase;

/**
 * Splits the steps of a loop into phases. {@link Profiler} does it for a trainer; in a loop of your own, say where the
 * phases are:
 *
 * <pre>{@code
 * StepClock clock = StepClock.on(device);
 * for (int i = 0; i < 20; i++) {
 *     try (StepClock.End step = clock.step()) {
 *         try (StepClock.End phase = clock.in(StepPhase.FORWARD)) {
 *             predictions = trainer.forward(data);
 *         }
 *         ...
 *     }
 * }
 * clock.split()
 * }</pre>
 *
 * A phase within a phase takes its time away from the outer one, so the phases and {@link StepPhase#REST} add up to the whole
 * step, to the nanosecond. On a GPU each border waits for the device. For one thread.
 */
public final class StepClock implements TrainerStep.PhaseWatch {

    /** Ends a step or a phase. */
    public interface End extends TrainerStep.PhaseWatch.End {}

    private static final StepPhase[] PHASES = StepPhase.values();

    private final Device device;
    private final Deque<StepPhase> open = new ArrayDeque<>();
    private final List<long[]> steps = new ArrayList<>();
    private final Map<String, Long> byWhat = new TreeMap<>();
    private long @Nullable [] current;
    private long mark;

    private StepClock(Device device) {
        this.device = device;
    }

    /** @param device that the loop computes on */
    public static StepClock on(Device device) {
        return new StepClock(device);
    }

    /**
     * Begins a step; a step that is left by an exception counts like any other.
     *
     * @throws IllegalStateException within a step
     */
    public End step() {
        if (current != null) {
            throw new IllegalStateException(
                    "expected the step before to have ended, got another within it: close each step before the next");
        }
        current = new long[PHASES.length];
        DeviceWork.await(device);
        mark = System.nanoTime();
        return this::endStep;
    }

    private void endStep() {
        settle();
        steps.add(current());
        current = null;
        open.clear();
    }

    /**
     * Enters a phase of the step.
     *
     * @throws IllegalStateException outside of a step
     */
    @Override
    public End in(StepPhase phase) {
        if (current == null) {
            throw new IllegalStateException("expected a step to be under way, got its " + phase.words()
                    + " outside of one: begin it with step()");
        }
        settle();
        open.push(phase);
        return this::leave;
    }

    @Override
    public TrainerStep.PhaseWatch.End in(StepPhase phase, String what) {
        End end = in(phase);
        long begin = mark;
        return () -> {
            end.close();
            byWhat.merge(what, mark - begin, Long::sum);
        };
    }

    private void leave() {
        settle();
        open.pop();
    }

    private long[] current() {
        return Objects.requireNonNull(current, "expected a step to be under way");
    }

    /** Adds the time since the last border to the phase that is open. */
    private void settle() {
        DeviceWork.await(device);
        long now = System.nanoTime();
        StepPhase phase = open.isEmpty() ? StepPhase.REST : open.peek();
        current()[phase.ordinal()] += now - mark;
        mark = now;
    }

    /** Nanoseconds of each whole step so far. */
    public List<Long> stepNanos() {
        return steps.stream().map(step -> Arrays.stream(step).sum()).toList();
    }

    /** Mean milliseconds of a step that each of several things took in the phase that they share. */
    Map<String, Double> millisByWhat() {
        Map<String, Double> millis = new LinkedHashMap<>();
        byWhat.forEach((what, nanos) -> millis.put(what, nanos / 1e6 / steps.size()));
        return millis;
    }

    /**
     * The phases by their {@link StepPhase#key}, in the order of {@link StepPhase}, all of them.
     *
     * @throws IllegalStateException where no step has ended
     */
    public Map<String, StepPhaseTime> split() {
        if (steps.isEmpty()) {
            throw new IllegalStateException("expected at least one step to have ended, got none: run one first");
        }
        double all = stepNanos().stream().mapToLong(Long::longValue).sum();
        Map<String, StepPhaseTime> split = new LinkedHashMap<>();
        for (StepPhase phase : PHASES) {
            List<Long> nanos = steps.stream().map(step -> step[phase.ordinal()]).toList();
            double sum = nanos.stream().mapToLong(Long::longValue).sum();
            split.put(phase.key(), new StepPhaseTime(sum / 1e6 / steps.size(), all == 0 ? 0 : sum / all, nanos));
        }
        return Collections.unmodifiableMap(split);
    }
}
