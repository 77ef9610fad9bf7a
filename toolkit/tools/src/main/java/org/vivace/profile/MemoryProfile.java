package org.vivace.profile;

import java.util.List;
import org.vivace.trace.StepPhase;

/**
 * The memory of a step in bytes; null stands where the system does not tell.
 *
 * @param optimizerBytes what the optimiser keeps from step to step, or null for an optimiser that is not DJL's
 * @param activationBytes what the forward pass leaves allocated for the backward pass
 * @param temporaryBytes what is in use at the peak beyond what is held between steps and the activations
 * @param heldBytes in use between two steps, parameters, gradients and the optimiser's state included
 * @param peakBytes the most in use during the step
 * @param peakPart the part of the step in which that was, a {@link StepPhase#key}
 * @param largestBlock the path of the block whose own forward pass leaves the most allocated
 * @param timeline of one step
 * @param leaks arrays that outlive their batch; empty where there are none
 */
public record MemoryProfile(
        long parameterBytes,
        long gradientBytes,
        Long optimizerBytes,
        Long activationBytes,
        Long temporaryBytes,
        Long heldBytes,
        Long peakBytes,
        String peakPart,
        String largestBlock,
        List<MemoryPoint> timeline,
        List<LeakedArray> leaks) {

    public MemoryProfile {
        timeline = timeline == null ? List.of() : List.copyOf(timeline);
        leaks = leaks == null ? List.of() : List.copyOf(leaks);
    }
}
