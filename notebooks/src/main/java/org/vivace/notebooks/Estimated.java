package org.vivace.notebooks;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.Memory;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.StepTime;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate of a pass, with its time on this machine.
 *
 * @param estimator that made it
 */
record Estimated(EstimateSubject subject, Estimator estimator, Estimate estimate, StepTime time) {

    static Estimated of(
            EstimateSubject subject, List<EfficiencyMethod> methods, boolean inference, OperationTimes times) {
        Estimator estimator = subject.estimator(methods);
        Estimate estimate = inference ? estimator.inference() : estimator.step();
        return new Estimated(
                subject,
                estimator,
                estimate,
                times.of(estimate, subject.optimizer().get()));
    }

    /** The times of operations on this machine: a file for each processor, number of threads and device. */
    static OperationTimes times(Device device) {
        Path file = Calibrated.folder().resolve("operations-" + Calibrated.name(Here.machine()) + ".json");
        return OperationTimes.of(device, file);
    }

    Map<String, Object> toMap() {
        Memory memory = estimate.memory();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("workload", subject.name());
        map.put(
                "methods",
                estimator.methods().stream().map(EfficiencyMethod::label).toList());
        map.put("batch", subject.inputs().get(0).shape().get(0));
        map.put(
                "inputs",
                subject.inputs().stream().map(input -> input.shape().toString()).toList());
        map.put("parameters", estimate.parameters());
        map.put("forwardFlops", estimate.forwardFlops());
        map.put("backwardFlops", estimate.backwardFlops());
        map.put("flops", estimate.flops());
        map.put("bytesMoved", estimate.bytesMoved());
        map.put("memory", memory);
        map.put("peakBytes", memory.peak());
        map.put("seconds", time);
        map.put("stepSeconds", time.total());
        map.put("notes", estimate.notes());
        return map;
    }
}
