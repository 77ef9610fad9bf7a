package org.vivace.notebooks;

import ai.djl.Device;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate beside what was measured.
 *
 * @param flops of the products and convolutions that libtorch was seen to run
 * @param peakBytes of the model, in a JVM of its own
 * @param seconds of a pass, the median
 */
record EstimateCheck(Estimated estimated, double flops, long peakBytes, double seconds) {

    /** @param memoryOnly what a fresh JVM is to be asked with to measure the memory of this alone */
    static EstimateCheck of(
            Estimated estimated,
            Device device,
            List<EfficiencyMethod> methods,
            boolean inference,
            List<String> memoryOnly)
            throws InterruptedException {
        long peak = EstimateMeasurement.parse(FreshJvm.run(memoryOnly));
        try (EstimateTrial trial = new EstimateTrial(estimated.subject(), device, methods, inference)) {
            double seconds = EstimateMeasurement.seconds(trial);
            return new EstimateCheck(estimated, EstimateMeasurement.flops(trial), peak, seconds);
        }
    }

    double flopsError() {
        return estimated.estimate().flops() / flops - 1;
    }

    double memoryError() {
        return (double) estimated.estimate().memory().peak() / peakBytes - 1;
    }

    double timeError() {
        return estimated.time().total() / seconds - 1;
    }

    Map<String, Object> toMap() {
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.put("flops", flops);
        measured.put("peakBytes", peakBytes);
        measured.put("stepSeconds", seconds);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("estimate", estimated.toMap());
        map.put("measured", measured);
        map.put("flopsError", flopsError());
        map.put("memoryError", memoryError());
        map.put("timeError", timeError());
        return map;
    }
}
