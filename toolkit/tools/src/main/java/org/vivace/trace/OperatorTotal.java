package org.vivace.trace;

import java.util.Objects;
import java.util.Optional;

/**
 * Operators added up.
 *
 * @param name the operator's, or empty for all of them together
 * @param block a block's path; empty outside of blocks, and where the blocks are added up
 * @param phase empty where the phases are added up
 * @param share of the self time of all operators, in [0, 1]
 * @param flops of those whose FLOPs are known
 * @param unknown how many operators' FLOPs are not
 */
public record OperatorTotal(
        String name,
        String block,
        Optional<StepPhase> phase,
        long count,
        double selfMicros,
        double share,
        long flops,
        long bytes,
        long unknown) {

    /** JSON without a phase hands over null for it. */
    public OperatorTotal {
        phase = Objects.requireNonNullElse(phase, Optional.empty());
    }

    /** Billions of floating-point operations a second; not a number where no time was taken. */
    public double gigaflopsPerSecond() {
        return flops / selfMicros / 1e3;
    }
}
