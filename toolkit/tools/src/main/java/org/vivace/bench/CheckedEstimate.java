package org.vivace.bench;

import java.util.List;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate, and what was measured beside it where it was checked.
 *
 * @param measured null where it was not checked, as the errors are
 * @param flopsError of the estimate, a signed fraction of what was measured; so are the others
 */
public record CheckedEstimate(
        EstimatedCost estimate, MeasuredCost measured, Double flopsError, Double memoryError, Double timeError) {

    /**
     * @param flops of the products and convolutions that libtorch was seen to run
     * @param peakBytes of the model, in a JVM of its own
     * @param stepSeconds of a pass, the median
     */
    public record MeasuredCost(double flops, long peakBytes, double stepSeconds) {}

    /** Whether all is there that a file without a mistake has. */
    public boolean isWhole() {
        boolean told = estimate != null
                && estimate.workload() != null
                && estimate.methods() != null
                && estimate.memory() != null
                && estimate.seconds() != null
                && estimate.notes() != null;
        boolean errors = flopsError != null && memoryError != null && timeError != null;
        return told && errors == (measured != null);
    }

    /**
     * An estimate beside what was measured; the memory in a JVM of its own.
     *
     * @throws IllegalArgumentException where the workload or a method cannot be told to another JVM
     */
    public static CheckedEstimate of(Workload workload, List<EfficiencyMethod> methods, boolean inference)
            throws InterruptedException {
        List<String> memory = FreshStep.arguments(
                inference ? FreshStep.Question.ESTIMATED_INFERENCE : FreshStep.Question.ESTIMATED_STEP,
                workload,
                Arm.of(methods));
        Estimated estimated = Estimated.of(workload, methods, inference, LocalMachine.operationTimes());
        return EstimateCheck.of(
                        EstimateSubject.of(workload), estimated, LocalMachine.device(), methods, inference, memory)
                .toRecord();
    }
}
