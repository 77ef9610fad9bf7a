package org.vivace.estimate;

import org.vivace.torch.Precision;

/**
 * The time of a step from three or four numbers of a machine alone (Williams et al. 2009, "Roofline"): each operation
 * takes as long as its multiply-adds at the machine's peak, or as its bytes at the memory's bandwidth, whichever is
 * longer, and a constant more. It is a lower bound in spirit: real kernels reach neither.
 *
 * @param fp32 multiply-adds at the peak, in FLOP/s, two for each
 * @param low the same in bf16 or fp16
 * @param bandwidth in bytes a second
 * @param overhead of one operation, in seconds
 */
public record Roofline(double fp32, double low, double bandwidth, double overhead) {

    public Roofline {
        require("an fp32 peak", fp32);
        require("a low-precision peak", low);
        require("a bandwidth", bandwidth);
        if (!(overhead >= 0)) {
            throw new IllegalArgumentException("expected an overhead of at least 0 seconds, got " + overhead);
        }
    }

    private static void require(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("expected " + what + " above 0, got " + value + ": calibrate again");
        }
    }

    public StepTime of(Estimate estimate) {
        double forward = 0;
        double backward = 0;
        for (Operation operation : estimate.operations()) {
            double rate = operation.precision() == Precision.FLOAT32 ? fp32 : low;
            forward += Math.max(operation.forwardFlops() / rate, operation.forwardBytes() / bandwidth) + overhead;
            if (operation.backward()) {
                backward +=
                        Math.max(operation.backwardFlops() / rate, operation.backwardBytes() / bandwidth) + overhead;
            }
        }
        return new StepTime(forward, backward, estimate.updateBytes() / bandwidth);
    }
}
