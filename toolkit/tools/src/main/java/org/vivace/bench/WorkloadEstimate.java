package org.vivace.bench;

import ai.djl.Device;
import ai.djl.training.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.RunCost;
import org.vivace.estimate.StepTime;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/** A workload's step, estimated with a recipe and without. */
final class WorkloadEstimate {

    /** The number of points of the run that are estimated if a method follows a schedule. */
    private static final int PLACES = 8;

    private final Optimizer optimizer;
    private final Estimator plain;
    private final OperationTimes times;

    private WorkloadEstimate(Workload workload, Device device) {
        EstimateSubject subject = EstimateSubject.of(workload);
        this.optimizer = subject.optimizer().get();
        this.plain = subject.estimator(List.of(), device);
        this.times = LocalMachine.operationTimes(device);
    }

    static Prediction of(Workload workload, List<EfficiencyMethod> methods, Device device) {
        WorkloadEstimate estimate = new WorkloadEstimate(workload, device);
        Estimator with = estimate.plain.methods(methods);
        Estimate step = with.step();
        StepTime plainTime = estimate.stepTime(estimate.plain);
        StepTime time = estimate.stepTime(with);
        return new Prediction(
                workload.name(),
                Recipe.of(methods).labels(),
                plainTime,
                time,
                estimate.plain.step().memory().peak(),
                step.memory().peak(),
                Stream.of(step.notes().stream(), costless(methods))
                        .flatMap(notes -> notes)
                        .distinct()
                        .toList());
    }

    private static Stream<String> costless(List<EfficiencyMethod> methods) {
        return methods.stream()
                .filter(method -> method.effects().isEmpty())
                .map(method -> method.name() + " does not change the cost of a step; how many fewer steps the training"
                        + " takes with it cannot be estimated");
    }

    /** The mean over a run. */
    private StepTime stepTime(Estimator estimator) {
        List<StepTime> parts = new ArrayList<>();
        double total = RunCost.of(
                                estimator,
                                PLACES,
                                estimate -> {
                                    StepTime time = times.of(estimate, optimizer);
                                    parts.add(time);
                                    return time.total();
                                },
                                OptionalDouble.empty(),
                                OptionalDouble.empty())
                        .seconds()
                / PLACES;
        // Updates cost the same in every step; forward and backward passes share the rest as they do in a whole step.
        StepTime last = parts.get(parts.size() - 1);
        double share = (total - last.update()) / (last.forward() + last.backward());
        int doubted = parts.stream().mapToInt(StepTime::doubted).max().orElseThrow();
        return new StepTime(last.forward() * share, last.backward() * share, last.update(), doubted);
    }
}
