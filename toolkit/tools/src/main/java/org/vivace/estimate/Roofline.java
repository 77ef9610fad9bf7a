package org.vivace.estimate;

import java.util.EnumMap;
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
     * The time of a pass, split because a machine comes closer to its peaks in some operations than in others.
     *
     * @param seconds by the kind of operation, with the casts of its operands
     */
    public record Pass(Map<OperationKind, Double> seconds) {

        public Pass {
            seconds = Map.copyOf(seconds);
        }

        /** 0 if the pass has no such operation. */
        public double of(OperationKind kind) {
            return seconds.getOrDefault(kind, 0.0);
        }

        /** Matrix products, convolutions, recurrent layers and attention. */
        public double products() {
            return seconds.entrySet().stream()
                    .filter(each -> each.getKey().isProduct())
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        }

        public double total() {
            return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        private Pass plus(Pass other, double share) {
            Map<OperationKind, Double> sum = new EnumMap<>(OperationKind.class);
            sum.putAll(seconds);
            other.seconds.forEach((kind, time) -> sum.merge(kind, share * time, Double::sum));
            return new Pass(sum);
        }
    }

    private static final Pass NO_PASS = new Pass(Map.of());

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
        return new Pass(Map.of(operation.kind(), seconds + casts));
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
