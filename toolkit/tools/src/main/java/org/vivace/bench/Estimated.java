package org.vivace.bench;

import ai.djl.Device;
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
 * @param notes assumptions, omissions, and where the time is in doubt
 */
public record Estimated(String workload, Estimator estimator, Estimate estimate, StepTime time, List<String> notes) {

    /**
     * Of a training step of a workload with methods, or of a forward pass without gradients.
     *
     * @param times of operations; the object also caches doubtful times that are not written to the file
     * @throws IllegalStateException if the model cannot be estimated, with the block and the reason
     */
    public static Estimated of(
            Workload workload, List<EfficiencyMethod> methods, boolean inference, OperationTimes times) {
        return of(EstimateSubject.of(workload), methods, inference, LocalMachine.device(), times);
    }

    static Estimated of(
            EstimateSubject subject,
            List<EfficiencyMethod> methods,
            boolean inference,
            Device device,
            OperationTimes times) {
        Estimator estimator = subject.estimator(methods, device);
        Estimate estimate = inference ? estimator.inference() : estimator.step();
        StepTime time = times.of(estimate, subject.optimizer().get());
        return new Estimated(
                subject.name(),
                estimator,
                estimate,
                time,
                Stream.concat(estimate.notes().stream(), time.doubt().stream()).toList());
    }

    /** As it is written to a file. */
    public EstimatedCost cost() {
        return EstimatedCost.of(this);
    }
}
