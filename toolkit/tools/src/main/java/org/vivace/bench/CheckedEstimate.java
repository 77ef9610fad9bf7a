package org.vivace.bench;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vivace.measure.RecordFile;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate, and what was measured beside it where it was checked.
 *
 * @param measured empty where it was not checked, as the errors are
 * @param flopsError of the estimate, a signed fraction of what was measured; so are the others
 */
public record CheckedEstimate(
        EstimatedCost estimate,
        Optional<MeasuredCost> measured,
        OptionalDouble flopsError,
        OptionalDouble memoryError,
        OptionalDouble timeError) {

    /** @throws IllegalArgumentException where something is measured without its errors, or the other way round */
    public CheckedEstimate {
        RecordFile.require(estimate, "estimate");
        measured = Objects.requireNonNullElse(measured, Optional.empty());
        flopsError = Objects.requireNonNullElse(flopsError, OptionalDouble.empty());
        memoryError = Objects.requireNonNullElse(memoryError, OptionalDouble.empty());
        timeError = Objects.requireNonNullElse(timeError, OptionalDouble.empty());
        boolean errors = flopsError.isPresent() && memoryError.isPresent() && timeError.isPresent();
        if (errors != measured.isPresent()) {
            throw new IllegalArgumentException("an estimate must have all its errors where it was checked, and none"
                    + " where it was not, got " + flopsError + ", " + memoryError + " and " + timeError
                    + ": check it again");
        }
    }

    /**
     * @param flops of the products and convolutions that libtorch was seen to run
     * @param peakBytes of the model, in a JVM of its own
     * @param stepSeconds of a pass, the median
     */
    public record MeasuredCost(double flops, long peakBytes, double stepSeconds) {}

    /**
     * An estimate beside what was measured; the memory in a JVM of its own.
     *
     * @throws IllegalArgumentException where the workload or a method cannot be made anew by another JVM
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
