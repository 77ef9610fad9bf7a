package org.vivace.profile;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.vivace.trace.StepPhase;

/**
 * The memory of a step in bytes; empty where the system does not report it.
 *
 * @param optimizerBytes what the optimizer keeps from step to step, empty for an optimizer that is not DJL's
 * @param activationBytes what the forward pass leaves allocated for the backward pass
 * @param temporaryBytes what is in use at the peak beyond what is held between steps and the activations
 * @param heldBytes in use between two steps, parameters, gradients and the optimizer's state included
 * @param peakBytes the most in use during the step
 * @param peakPart the part of the step in which that was, a {@link StepPhase#key}
 * @param largestBlock the path of the block whose own forward pass leaves the most allocated
 * @param timeline of one step
 * @param leaks arrays that outlive their batch; empty where there are none
 */
public record MemoryProfile(
        long parameterBytes,
        long gradientBytes,
        OptionalLong optimizerBytes,
        OptionalLong activationBytes,
        OptionalLong temporaryBytes,
        OptionalLong heldBytes,
        OptionalLong peakBytes,
        Optional<String> peakPart,
        Optional<String> largestBlock,
        List<Moment> timeline,
        List<LeakedArray> leaks) {

    /**
     * The memory at one moment of a step.
     *
     * @param millis since the step began
     * @param bytes in use then
     * @param part of the step, a {@link StepPhase#key}
     */
    public record Moment(double millis, long bytes, String part) {}

    /**
     * Arrays that a step has made and that outlive its batch, so that memory grows step by step.
     *
     * @param shape of each, such as {@code (16, 256)}
     * @param manager the name of the manager that keeps them
     * @param madeIn the part of the step, a {@link StepPhase#key}, and the path of the block where it was in one
     * @param count made in one step
     * @param bytes of one step's together; 0 for a precision that DJL cannot name
     */
    public record LeakedArray(String shape, String manager, String madeIn, int count, long bytes) {}

    public MemoryProfile {
        optimizerBytes = orEmpty(optimizerBytes);
        activationBytes = orEmpty(activationBytes);
        temporaryBytes = orEmpty(temporaryBytes);
        heldBytes = orEmpty(heldBytes);
        peakBytes = orEmpty(peakBytes);
        peakPart = Objects.requireNonNullElse(peakPart, Optional.empty());
        largestBlock = Objects.requireNonNullElse(largestBlock, Optional.empty());
        timeline = timeline == null ? List.of() : List.copyOf(timeline);
        leaks = leaks == null ? List.of() : List.copyOf(leaks);
    }

    /** JSON without a field hands over null for it. */
    private static OptionalLong orEmpty(OptionalLong value) {
        return Objects.requireNonNullElse(value, OptionalLong.empty());
    }
}
