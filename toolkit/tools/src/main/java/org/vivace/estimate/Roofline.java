package org.vivace.estimate;

import java.util.Map;
import org.vivace.measure.Calibration;
import org.vivace.torch.Precision;

/**
 * The time of a step from the machine's peak rates alone (Williams et al. 2009, "Roofline"): each operation takes the
 * longest of its multiply-adds at the machine's peak, its bytes at the memory's bandwidth, and the overhead of a call.
 * It is roughly a lower bound, since real kernels reach neither roof. The ratio of two such times is more accurate,
 * since both fall short of the roofs by a similar factor.
 *
 * @param machine its peaks, by precision and, of convolutions, by the layout of images
 */
public record Roofline(Calibration machine) {

    /** The length of the run; enough for each estimated point of a schedule to represent several steps. */
    private static final long RUN = 100;

    /**
     * The time of a step at the peak rates, in seconds.
     *
     * @param backward 0 for inference
     * @param update of the optimizer; 0 for inference
     */
    public record Step(Pass forward, Pass backward, double update) {

        public double total() {
            return forward.total() + backward.total() + update;
        }

        private Step plus(Step other, double share) {
            return new Step(
                    forward.plus(other.forward, share),
                    backward.plus(other.backward, share),
                    update + share * other.update);
        }
    }

    /**
     * The time of a pass, split because a machine comes closer to its peaks in products than in other operations.
     *
     * @param products of matrices, convolutions and attention, with the casts of their operands
     * @param others operations with little arithmetic per byte
     */
    public record Pass(double products, double others) {

        public double total() {
            return products + others;
        }

        private Pass plus(Pass other, double share) {
            return new Pass(products + share * other.products, others + share * other.others);
        }
    }

    private static final Pass NO_PASS = new Pass(0, 0);

    public Step of(Estimate estimate) {
        Pass forward = NO_PASS;
        Pass backward = NO_PASS;
        for (Operation operation : estimate.operations()) {
            forward = forward.plus(pass(operation, operation.forwardFlops(), operation.forwardBytes()), 1);
            if (operation.backward()) {
                backward = backward.plus(pass(operation, operation.backwardFlops(), operation.backwardBytes()), 1);
            }
        }
        return new Step(forward, backward, update(estimate));
    }

    /**
     * The mean over a run, whose methods may give some of its steps smaller inputs.
     *
     * @throws IllegalArgumentException as {@link Estimator#step}
     */
    public Step meanOf(Estimator estimator) {
        Step mean = new Step(NO_PASS, NO_PASS, 0);
        for (Map.Entry<Estimator, Long> alike : estimator.steps(RUN).entrySet()) {
            mean = mean.plus(of(alike.getKey().step()), (double) alike.getValue() / RUN);
        }
        return mean;
    }

    private Pass pass(Operation operation, double flops, double bytes) {
        boolean full = operation.precision() == Precision.FLOAT32;
        double gigaflops = operation.kind() == OperationKind.CONVOLUTION
                ? machine.convolutionPeak().rate(operation.precision(), operation.layout())
                : full ? machine.matmulPeak().fp32() : machine.matmulPeak().bf16();
        double seconds = Math.max(machine.roofMicros(flops, bytes, gigaflops), machine.operationMicros()) / 1e6;
        double casts = machine.roofMicros(0, operation.castBytes(), gigaflops) / 1e6;
        return operation.kind().isProduct() ? new Pass(seconds + casts, 0) : new Pass(0, seconds + casts);
    }

    private double update(Estimate estimate) {
        Update update = estimate.update();
        double bandwidth = machine.gigabytesPerSecond() * 1e9;
        double call = machine.operationMicros() / 1e6;
        return update.fused()
                ? Math.max(estimate.updateBytes() / bandwidth, update.calls() * call)
                : estimate.trained().stream()
                        .mapToDouble(shape -> Math.max(update.bytes(shape.size()) / bandwidth, update.calls() * call))
                        .sum();
    }
}
