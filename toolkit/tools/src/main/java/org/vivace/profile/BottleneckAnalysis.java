package org.vivace.profile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimator;
import org.vivace.measure.Calibration;
import org.vivace.trace.Operators;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.TrainerOptimizer;

/**
 * Comes to a verdict about the steps of a trainer.
 *
 * @param machine what it can do at best
 * @param catalogue the methods that may be named as remedies
 */
record BottleneckAnalysis(Calibration machine, List<EfficiencyMethod> catalogue) {

    /** Smaller gains are within what a prediction is wrong by. */
    private static final double WORTHWHILE = 1.05;

    /** @param notes sentences a reader of the verdict must know */
    record Result(StepVerdict verdict, List<String> notes) {}

    /** What the batches of the profiled steps looked like. */
    static final class Batches {

        private ArraySpec[] data = {};
        private ArraySpec[] labels = {};
        private double padded;
        private int seen;

        void look(Batch batch) {
            data = specs(batch.getData());
            labels = specs(batch.getLabels());
            padded += PaddingWaste.share(batch.getData().head()).orElse(0);
            seen++;
        }

        private static ArraySpec[] specs(NDList arrays) {
            return arrays.stream().map(Batches::spec).toArray(ArraySpec[]::new);
        }

        private static ArraySpec spec(NDArray array) {
            return new ArraySpec(array.getShape(), array.getDataType());
        }

        private double paddingShare() {
            return seen == 0 ? 0 : padded / seen;
        }
    }

    /** @param operators of {@code steps} steps */
    Result judge(Trainer trainer, Dataset dataset, Batches batches, Profile profile, Operators operators, int steps) {
        List<EfficiencyMethod> applied = trainer instanceof EfficientTrainer efficient
                ? efficient.run().recipe().methods()
                : List.of();
        Estimator step = Estimator.of(trainer.getModel().getBlock(), batches.data)
                .training(trainer.getLoss(), TrainerOptimizer.of(trainer), batches.labels)
                .on(trainer.getDevices()[0])
                .inTraining(applied);
        StepWork work = new StepWork(
                profile.split(), operators.all(), steps, new Roofs(machine, step.precision(), step.images()));
        StepFacts facts = new StepFacts(
                dataset instanceof RandomAccessDataset && !(dataset instanceof ArrayDataset),
                batches.paddingShare(),
                batches.data[0].shape(),
                slowest(profile.listenerMillis()),
                (int) trainer.getModel().getBlock().getParameters().values().stream()
                        .distinct()
                        .filter(parameter -> parameter.requiresGradient())
                        .count(),
                profile.memory().parameterBytes());
        List<String> notes = new ArrayList<>();
        machine.doubt().ifPresent(notes::add);
        List<Remedy> remedies = new ArrayList<>(new Advice(work, facts).all());
        remedies.addAll(methods(work, step, notes));
        return new Result(verdict(work, facts, remedies), notes);
    }

    private List<Remedy> methods(StepWork work, Estimator step, List<String> notes) {
        MethodGains gains;
        try {
            gains = new MethodGains(work, step);
        } catch (IllegalArgumentException e) {
            notes.add("what methods would gain is not predicted, since the estimator could not follow the step: "
                    + e.getMessage());
            return List.of();
        }
        if (!gains.leftOut().isEmpty()) {
            notes.add("what methods change in " + String.join(", ", gains.leftOut())
                    + " is not predicted, since the estimator cannot follow that without running it");
        }
        return catalogue.stream().flatMap(method -> gains.of(method).stream()).toList();
    }

    private static StepVerdict verdict(StepWork work, StepFacts facts, List<Remedy> remedies) {
        Map<Bound, Double> shares = new EnumMap<>(Bound.class);
        work.millisByBound().forEach((bound, millis) -> shares.put(bound, millis / work.stepMillis()));
        Bound boundBy = shares.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        return new StepVerdict(
                boundBy,
                shares,
                new Evidence(work, facts).of(boundBy),
                remedies.stream()
                        .filter(each -> each.predictedGain() >= WORTHWHILE && Double.isFinite(each.predictedGain()))
                        .sorted(Comparator.comparingDouble(Remedy::predictedGain)
                                .reversed())
                        .toList());
    }

    private static Optional<String> slowest(Map<String, Double> listenerMillis) {
        return listenerMillis.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }
}
