package org.vivace.bench;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vivace.estimate.Estimate;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate and the measured values.
 *
 * @param flops of the products and convolutions that libtorch ran
 * @param peakBytes of the model, in a fresh JVM
 * @param seconds of a pass, the median
 */
record EstimateCheck(Estimated estimated, double flops, long peakBytes, double seconds) {

    /** @param memory the arguments for a fresh JVM that measures this peak memory */
    static EstimateCheck of(
            EstimateSubject subject,
            Estimated estimated,
            Device device,
            List<EfficiencyMethod> methods,
            boolean inference,
            List<String> memory)
            throws InterruptedException {
        long peak = EstimateMeasurement.parse(FreshJvm.run(FreshStep.class, memory));
        try (EstimateTrial trial = new EstimateTrial(subject, device, methods, inference)) {
            double seconds = EstimateMeasurement.seconds(trial);
            return new EstimateCheck(estimated, EstimateMeasurement.flops(trial), peak, seconds);
        }
    }

    CheckedEstimate toRecord() {
        Estimate estimate = estimated.estimate();
        return new CheckedEstimate(
                EstimatedCost.of(estimated),
                Optional.of(new CheckedEstimate.MeasuredCost(flops, peakBytes, seconds)),
                error(estimate.flops(), flops),
                error(estimate.memory().peak(), peakBytes),
                error(estimated.time().total(), seconds));
    }

    private static OptionalDouble error(double estimate, double measured) {
        return OptionalDouble.of(estimate / measured - 1);
    }
}
