package org.vivace.notebooks;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.List;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
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
}
