package org.vivace.notebooks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.RunCost;
import org.vivace.estimate.StepTime;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/** A workload's step, estimated with a recipe and without. */
final class WorkloadEstimate {

    private static final int BATCHES = 4;
    private static final long SEED = 7;

    /** Where a method follows a schedule, so many places of the run are looked at. */
    private static final int PLACES = 8;

    private final Workload workload;
    private final Optimizer optimizer;
    private final Estimator plain;
    private final OperationTimes times;

    private WorkloadEstimate(Workload workload, Device device) {
        this.workload = workload;
        this.optimizer = workload.optimizer(Tracker.fixed((float) workload.learningRate()));
        List<ArraySpec> inputs = new ArrayList<>();
        List<ArraySpec> labels = new ArrayList<>();
        readSpecs(inputs, labels);
        this.plain = Estimator.of(workload.newBlock(), inputs.toArray(ArraySpec[]::new))
                .training(workload.loss(), optimizer, labels.toArray(ArraySpec[]::new))
                .on(device);
        this.times = Estimated.times(device);
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
                .map(method -> method.name() + " leaves the cost of a step as it is; how many fewer steps the training"
                        + " takes with it, no estimate tells");
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

    /** The shapes of the first batches; where they differ, as padded texts do, the mean of each axis. */
    private void readSpecs(List<ArraySpec> inputs, List<ArraySpec> labels) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Seeds.set(Seeds.derive(SEED, "data", 0));
            List<NDList> data = new ArrayList<>();
            List<NDList> wanted = new ArrayList<>();
            for (Batch batch : workload.train().from(manager, 0)) {
                data.add(batch.getData());
                wanted.add(batch.getLabels());
                if (data.size() == BATCHES) {
                    break;
                }
            }
            inputs.addAll(means(data));
            labels.addAll(means(wanted));
        }
    }

    private static List<ArraySpec> means(List<NDList> batches) {
        return IntStream.range(0, batches.get(0).size())
                .mapToObj(place -> {
                    List<NDArray> arrays =
                            batches.stream().map(batch -> batch.get(place)).toList();
                    Shape first = arrays.get(0).getShape();
                    long[] sides = IntStream.range(0, first.dimension())
                            .mapToLong(axis -> Math.round(arrays.stream()
                                    .mapToLong(array -> array.getShape().get(axis))
                                    .average()
                                    .orElseThrow()))
                            .toArray();
                    return new ArraySpec(new Shape(sides), arrays.get(0).getDataType());
                })
                .toList();
    }
}
