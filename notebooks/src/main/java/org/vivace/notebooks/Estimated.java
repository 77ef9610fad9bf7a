package org.vivace.notebooks;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.StepTime;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate of a pass, with its time on this machine.
 *
 * @param estimator that made it
 * @param notes what was assumed or left out, and where the time is in doubt
 */
record Estimated(EstimateSubject subject, Estimator estimator, Estimate estimate, StepTime time, List<String> notes) {

    static Estimated of(
            EstimateSubject subject, List<EfficiencyMethod> methods, boolean inference, OperationTimes times) {
        Estimator estimator = subject.estimator(methods);
        Estimate estimate = inference ? estimator.inference() : estimator.step();
        StepTime time = times.of(estimate, subject.optimizer().get());
        return new Estimated(
                subject,
                estimator,
                estimate,
                time,
                Stream.concat(estimate.notes().stream(), time.doubt().stream()).toList());
    }

    /** The times of operations on this machine: a file for each processor, number of threads and device. */
    static OperationTimes times(Device device) {
        Path file = Calibrated.folder().resolve("operations-" + Calibrated.name(Here.machine()) + ".json");
        return OperationTimes.of(device, file);
    }
}
