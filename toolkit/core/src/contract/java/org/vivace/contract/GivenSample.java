package org.vivace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.List;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.Sample;

/** A user's batch that is passed to a step, and its expected content afterwards. */
record GivenSample(Sample sample, List<NDArray> data, List<NDArray> labels, List<float[]> numbers) {

    static GivenSample of(Sample sample) {
        List<NDArray> data = List.copyOf(sample.data());
        List<NDArray> labels = List.copyOf(sample.labels());
        return new GivenSample(sample, data, labels, numbers(data, labels));
    }

    private static List<float[]> numbers(List<NDArray> data, List<NDArray> labels) {
        NDList all = new NDList(data);
        all.addAll(labels);
        return all.stream().map(Weights::numbers).toList();
    }

    static void staysAsItIs(MethodRow row, SmallModel small) {
        byTrainer(row, small);
        byHand(row, small);
    }

    /** The trainer's forward pass puts changed labels into the list of labels that it gets, so this passes a copy. */
    private static void byTrainer(MethodRow row, SmallModel small) {
        try (Model model = small.open();
                Trainer trainer = new EfficientTrainer(model, Faces.config(row), Faces.settings(), row.recipe())) {
            trainer.initialize(small.inputs());
            for (int step = 0; step < Faces.STEPS; step++) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    GivenSample given = of(small.batch(manager, step));
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDList labels = new NDList(given.sample().labels());
                        NDList predictions = trainer.forward(given.sample().data(), labels);
                        collector.backward(trainer.getLoss().evaluate(labels, predictions));
                    }
                    trainer.step();
                    given.requireUntouched("the trainer's step " + step);
                }
            }
        }
    }

    private static void byHand(MethodRow row, SmallModel small) {
        DefaultTrainingConfig config = Faces.config(row);
        try (Model model = small.open();
                Run run = Run.of(model, Faces.settings().optimizer(config.getOptimizer()), row.recipe());
                Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(small.inputs());
            for (int step = 0; step < Faces.STEPS; step++) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    GivenSample given = of(small.batch(manager, step));
                    run.step(given.sample(), trainer::forward, trainer.getLoss(), trainer::step);
                    given.requireUntouched("the run's step " + step);
                }
            }
        }
    }

    private void requireUntouched(String when) {
        assertThat(List.copyOf(sample.data()))
                .as("the list of inputs after " + when)
                .isEqualTo(data);
        assertThat(List.copyOf(sample.labels()))
                .as("the list of labels after " + when)
                .isEqualTo(labels);
        List<float[]> now = numbers(data, labels);
        for (int i = 0; i < now.size(); i++) {
            assertThat(java.util.Arrays.equals(now.get(i), numbers.get(i)))
                    .as("the numbers of array " + i + " after " + when)
                    .isTrue();
        }
    }
}
