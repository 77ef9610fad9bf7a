package org.vivace.trace;

import org.jspecify.annotations.Nullable;

/**
 * Operators added up.
 *
 * @param name the operator's, or empty for all of them together
 * @param block a block's path; empty outside of blocks, and where blocks are not told apart
 * @param phase null where phases are not told apart
 * @param share of the self time of all operators, in [0, 1]
 * @param flops of those whose FLOPs are known
 * @param unknown how many operators' FLOPs are not
 */
public record OperatorTotal(
        String name,
        String block,
        @Nullable StepPhase phase,
        long count,
        double selfMicros,
        double share,
        long flops,
        long bytes,
        long unknown) {

    /** Billions of floating-point operations a second; not a number where no time was taken. */
    public double gigaflopsPerSecond() {
        return flops / selfMicros / 1e3;
    }
}
