package org.vivace.contract;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.vivace.train.EfficiencyMethod;

/**
 * A method, and the settings that {@link MethodContract} needs to check it.
 *
 * @param method with settings under which it acts within {@value Faces#STEPS} steps
 * @param models the models that it must train; on other small models it may also refuse with a sentence
 * @param beside the other methods that it needs
 * @param optimizer makes the optimizer from its learning rate
 * @param rate the learning rate
 * @param neutral the method with settings that change nothing, if it has such
 * @param tolerance largest distance between the weights' change with and without the method, relative to that change's
 *     length, for a method that declares to be equal within tolerance; also between two orders of summation with the
 *     same method
 * @param waits how often a step with the method, beyond one without, may make the host wait for the device, on the
 *     average of the steps after the first; its card documents them
 */
public record MethodRow(
        EfficiencyMethod method,
        List<SmallModel> models,
        List<EfficiencyMethod> beside,
        Function<Tracker, Optimizer> optimizer,
        double rate,
        Optional<EfficiencyMethod> neutral,
        double tolerance,
        int waits) {

    private static final double ROUNDING = 0.02;

    public MethodRow {
        models = List.copyOf(models);
        beside = List.copyOf(beside);
        if (models.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a model that " + method.name() + " is for, got none: name one of SmallModel");
        }
    }

    /** With DJL's SGD at 0.1 and a tolerance of 2 %. */
    public static MethodRow of(EfficiencyMethod method, SmallModel... models) {
        return new MethodRow(
                method,
                List.of(models),
                List.of(),
                rate -> Optimizer.sgd().setLearningRateTracker(rate).build(),
                0.1,
                Optional.empty(),
                ROUNDING,
                0);
    }

    public MethodRow beside(EfficiencyMethod... others) {
        return new MethodRow(method, models, List.of(others), optimizer, rate, neutral, tolerance, waits);
    }

    public MethodRow optimizer(double learningRate, Function<Tracker, Optimizer> value) {
        return new MethodRow(method, models, beside, value, learningRate, neutral, tolerance, waits);
    }

    public MethodRow neutral(EfficiencyMethod value) {
        return new MethodRow(method, models, beside, optimizer, rate, Optional.of(value), tolerance, waits);
    }

    public MethodRow tolerance(double value) {
        return new MethodRow(method, models, beside, optimizer, rate, neutral, value, waits);
    }

    /** Declares that a step waits for the device so many times, with a reason that the method's card gives. */
    public MethodRow waits(int aStep) {
        return new MethodRow(method, models, beside, optimizer, rate, neutral, tolerance, aStep);
    }

    /** The recipe with the method last. */
    public EfficiencyMethod[] recipe() {
        return with(method);
    }

    EfficiencyMethod[] with(EfficiencyMethod last) {
        List<EfficiencyMethod> all = new ArrayList<>(beside);
        all.add(last);
        return all.toArray(EfficiencyMethod[]::new);
    }

    @Override
    public String toString() {
        return method.label();
    }
}
