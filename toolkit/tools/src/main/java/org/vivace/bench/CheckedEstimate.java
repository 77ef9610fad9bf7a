package org.vivace.bench;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vivace.measure.RecordFile;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate, with the measured values if it was checked.
 *
 * @param measured empty if it was not checked, like the errors
 * @param flopsError of the estimate, a signed fraction of the measured value, like the others
 */
public record CheckedEstimate(
        EstimatedCost estimate,
        Optional<MeasuredCost> measured,
        OptionalDouble flopsError,
        OptionalDouble memoryError,
        OptionalDouble timeError) {

    /**
     * @throws IllegalArgumentException if there are measured values without errors, or errors without measured values
     */
    public CheckedEstimate {
        RecordFile.require(estimate, "estimate");
        measured = Objects.requireNonNullElse(measured, Optional.empty());
        flopsError = Objects.requireNonNullElse(flopsError, OptionalDouble.empty());
        memoryError = Objects.requireNonNullElse(memoryError, OptionalDouble.empty());
        timeError = Objects.requireNonNullElse(timeError, OptionalDouble.empty());
        boolean errors = flopsError.isPresent() && memoryError.isPresent() && timeError.isPresent();
        if (errors != measured.isPresent()) {
            throw new IllegalArgumentException("an estimate must have all its errors where it was checked, and none"
                    + " where it was not, got "
                    + (errors ? "errors without measured values" : "measured values without all errors")
                    + ": check it again");
        }
    }

    /**
     * @param flops of the products and convolutions that libtorch ran
     * @param peakBytes of the model, in a fresh JVM
     * @param stepSeconds of a pass, the median
     */
    public record MeasuredCost(double flops, long peakBytes, double stepSeconds) {}

    /**
     * An estimate and the measured values, with the memory measured in a fresh JVM.
     *
     * @throws IllegalArgumentException if another JVM cannot make the workload or a method
     */
    public static CheckedEstimate of(Workload workload, List<EfficiencyMethod> methods, boolean inference)
            throws InterruptedException {
        Estimated estimated = Estimated.of(workload, methods, inference, LocalMachine.operationTimes());
        return of(workload, methods, inference, estimated);
    }

    /** The same for an estimate that was made already. */
    public static CheckedEstimate of(
            Workload workload, List<EfficiencyMethod> methods, boolean inference, Estimated estimated)
            throws InterruptedException {
        List<String> memory = FreshStep.arguments(
                inference ? FreshStep.Question.ESTIMATED_INFERENCE : FreshStep.Question.ESTIMATED_STEP,
                workload,
                Arm.of(methods));
        return EstimateCheck.of(
                        EstimateSubject.of(workload), estimated, LocalMachine.device(), methods, inference, memory)
                .toRecord();
    }
}
