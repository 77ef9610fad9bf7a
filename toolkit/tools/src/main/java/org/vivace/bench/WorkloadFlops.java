package org.vivace.bench;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vivace.estimate.Estimate;

/**
 * The operations of a workload's training step: as counted by hand if they were, else by the estimator.
 *
 * @param note why there is no number, or what it omits
 */
record WorkloadFlops(OptionalDouble perStep, Optional<String> note) {

    static WorkloadFlops of(Workload workload) {
        if (workload.flopsPerStep().isPresent()) {
            return new WorkloadFlops(workload.flopsPerStep(), Optional.empty());
        }
        try {
            Estimate estimate = EstimateSubject.of(workload)
                    .estimator(List.of(), Device.cpu())
                    .step();
            double flops = estimate.flops();
            return flops > 0
                    ? new WorkloadFlops(OptionalDouble.of(flops), Optional.empty())
                    : new WorkloadFlops(
                            OptionalDouble.empty(),
                            Optional.of("the model has no matrix product or convolution to count"));
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            return new WorkloadFlops(
                    OptionalDouble.empty(),
                    Optional.of("the operations of a step were not counted, so no share of the peak is given: "
                            + e.getMessage()));
        }
    }
}
