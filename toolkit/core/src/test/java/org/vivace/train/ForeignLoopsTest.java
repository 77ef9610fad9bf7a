package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops and losses that are the user's own, with methods that act at one hook each. */
class ForeignLoopsTest {

    /** A method by its hooks. */
    private record Acting(String name, Hooks hooks, String... provided) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            Traits traits = Traits.of(Kind.LOSS, Equivalence.CHANGES_TRAINING);
            for (String word : provided) {
                traits = traits.provides(word);
            }
            return traits;
        }

        @Override
        public Hooks attach(Run run) {
            return hooks;
        }
    }

    private static final Acting LOSS = new Acting("OnLoss", new Hooks() {
        @Override
        public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
            return loss.mul(2);
        }
    });

    private static final Acting BACKWARD = new Acting("AroundBackward", new Hooks() {
        @Override
        public void aroundBackward(Run run, NDArray loss, Backward backward) {
            backward.from(loss.mul(2));
        }
    });

    /** Keeps the first half of the batch. */
    private static final Hooks HALF = new Hooks() {
        @Override
        public Sample onBatch(Run run, Sample sample) {
            return sample.parts(2).get(0);
        }
    };

    private static final Acting BATCH = new Acting("OnBatch", HALF, Traits.CHANGED_LABELS);

    private static GradientCollector engines() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    private static EfficientTrainer trainer(Model model, EfficiencyMethod... methods) {
        EfficientTrainer trainer = new EfficientTrainer(
                model,
                Tiny.config(Tiny.classes(), Tiny.sgd(Tracker.fixed(0.1f))),
                RunSettings.none().seed(1),
                methods);
        trainer.initialize(Tiny.POINTS);
        return trainer;
    }

    private static Sample points(NDManager manager) {
        return new Sample(
                new NDList(manager.arange(20f).sin().reshape(4, 5)),
                new NDList(manager.create(new float[] {0, 1, 2, 1})));
    }

    private static void step(
            BiFunction<EfficientTrainer, Sample, NDArray> loss, boolean engine, EfficiencyMethod... methods) {
        try (Model model = Tiny.model(Tiny.mlp(0));
                EfficientTrainer trainer = trainer(model, methods)) {
            Sample sample = points(model.getNDManager());
            int before = Tiny.weights(model);
            try (GradientCollector collector = engine ? engines() : trainer.newGradientCollector()) {
                collector.backward(loss.apply(trainer, sample));
            }
            try {
                trainer.step();
            } finally {
                if (Tiny.weights(model) == before) {
                    assertThat(trainer.run().step())
                            .as("a refused step is none")
                            .isZero();
                }
            }
        }
    }

    private static NDArray own(EfficientTrainer trainer, Sample sample) {
        NDList predictions = trainer.forward(sample.data(), sample.labels());
        return Tiny.classes().evaluate(trainer.trainedLabels(), predictions);
    }

    private static NDArray trainers(EfficientTrainer trainer, Sample sample) {
        return trainer.getLoss().evaluate(sample.labels(), trainer.forward(sample.data(), sample.labels()));
    }

    @Test
    void aStepThatPassedOverTheLossIsRefused() {
        step(ForeignLoopsTest::trainers, true, LOSS);
        assertThatIllegalStateException()
                .isThrownBy(() -> step(ForeignLoopsTest::own, false, LOSS))
                .withMessage(
                        "expected this step's loss by way of the trainer, where OnLoss acts, got a backward pass from"
                                + " another: call trainer.getLoss().evaluate(labels, predictions)");
    }

    @Test
    void aStepThatPassedOverTheBackwardHookIsRefused() {
        step(ForeignLoopsTest::own, false, BACKWARD);
        assertThatIllegalStateException()
                .isThrownBy(() -> step(ForeignLoopsTest::own, true, BACKWARD))
                .withMessage(
                        "expected this step's backward pass by way of the trainer, where AroundBackward acts, got one"
                                + " through another collector: call trainer.newGradientCollector()");
    }

    @Test
    void aMethodThatChangesLabelsHasToSaySo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> step(ForeignLoopsTest::trainers, false, new Acting("Half", HALF)))
                .withMessage("expected Half to leave the labels as they are, or to declare that it changes them, got"
                        + " others: add provides(Traits.CHANGED_LABELS) to its traits");
    }

    @Test
    void evaluatorsMeasureTheLabelsThatTheModelSaw() throws Exception {
        Accuracy accuracy = new Accuracy();
        try (Model model = Tiny.model(Tiny.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model,
                        Tiny.config(Tiny.classes(), Tiny.sgd(Tracker.fixed(0.1f)))
                                .addEvaluator(accuracy)
                                .addTrainingListeners(new EvaluatorTrainingListener()),
                        BATCH)) {
            trainer.initialize(Tiny.POINTS);
            trainer.notifyListeners(listener -> listener.onTrainingBegin(trainer));
            ArrayDataset data = Tiny.points(model.getNDManager(), 4, false);
            Batch batch = data.getData(model.getNDManager()).iterator().next();
            NDList labels = batch.getLabels();
            NDArray given = labels.head();
            NDArray right = trainer.evaluate(new NDList(batch.getData().head().get("0:2")))
                    .head()
                    .argMax(1)
                    .toType(given.getDataType(), false)
                    .eq(given.get("0:2"));
            float expected = right.countNonzero().getLong() / 2f;

            EasyTrain.trainBatch(trainer, batch);

            assertThat(accuracy.getAccumulator("train/all")).isEqualTo(expected);
            assertThat(labels).hasSize(1);
            assertThat(labels.head()).isSameAs(given);
            trainer.step();
            assertThat(trainer.trainedLabels()).isEmpty();
        }
    }

    /** Two phases, in the second of which nothing differs. */
    private static final Acting PHASED = new Acting("Phased", new Hooks() {
        @Override
        public List<Phase> phases(Run run) {
            return List.of(new Phase("the first half", 0, 0), new Phase("the second half", 5, 0.5));
        }
    });

    @Test
    void aLossOfTwoPassesIsNotHeldAgainstThePhases() {
        Loss distance = new Loss("distance") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return predictions.get(0).sub(predictions.get(1)).square().mean();
            }
        };
        try (Model model = Tiny.model(Tiny.mlp(0));
                EfficientTrainer trainer =
                        new EfficientTrainer(model, Tiny.config(distance, Tiny.sgd(Tracker.fixed(0.1f))), PHASED)) {
            trainer.initialize(Tiny.POINTS);
            Sample sample = points(model.getNDManager());
            int before = Tiny.weights(model);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray one = trainer.forward(sample.data(), sample.labels()).head();
                NDArray other = trainer.forward(new NDList(sample.data().head().flip(0)), sample.labels())
                        .head();
                collector.backward(trainer.getLoss().evaluate(sample.labels(), new NDList(one, other)));
            }
            trainer.step();
            assertThat(Tiny.weights(model)).isNotEqualTo(before);
            assertThat(trainer.run().log())
                    .containsExactly(
                            "the pre-flight could not take the loss of one training pass alone, and rehearsed the"
                                    + " passes only");
        }
    }

    @Test
    void whatABlockChangesInPlaceItChangesOnceABatch() {
        Block doubling = new SequentialBlock()
                .add(new LambdaBlock(list -> new NDList(list.head().muli(2))))
                .add(Linear.builder().setUnits(3).build());
        try (Model model = Tiny.model(doubling);
                EfficientTrainer trainer = trainer(model, PHASED)) {
            Sample sample = points(model.getNDManager());
            float[] given = sample.data().head().toFloatArray();
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(trainers(trainer, sample));
            }
            trainer.step();
            float[] seen = sample.data().head().toFloatArray();
            for (int i = 0; i < given.length; i++) {
                assertThat(seen[i]).isEqualTo(2 * given[i]);
            }
        }
    }

    @Test
    void withoutMethodsWeightsMayBeMadeByTheFirstPassAsInStockDjl() {
        try (Model model = Tiny.model(Tiny.mlp(0));
                EfficientTrainer trainer =
                        new EfficientTrainer(model, Tiny.config(Tiny.classes(), Tiny.sgd(Tracker.fixed(0.1f))))) {
            Sample sample = points(model.getNDManager());
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(trainers(trainer, sample));
            }
            trainer.step();
            assertThat(model.getBlock().isInitialized()).isTrue();
        }
    }

    @Test
    void aRunsStepWithinAnotherCollector() {
        assertThat(byRun(true)).isEqualTo(byRun(false));
    }

    private static int byRun(boolean within) {
        try (Model model = Tiny.model(Tiny.mlp(0));
                Run run = Run.of(model, RunSettings.none().seed(4), LOSS, BACKWARD);
                Trainer trainer = model.newTrainer(Tiny.config(Tiny.classes(), Tiny.sgd(Tracker.fixed(0.1f))))) {
            run.seedFor("weights");
            trainer.initialize(Tiny.POINTS);
            Sample sample = points(model.getNDManager());
            for (int i = 0; i < 2; i++) {
                try (GradientCollector collector = within ? engines() : null) {
                    run.step(sample, trainer::forward, trainer.getLoss(), trainer::step);
                }
            }
            return Tiny.weights(model);
        }
    }

    /** One value an example: half the square of the error of the first output. */
    private static Loss each() {
        return new Loss("each") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return predictions
                        .head()
                        .get(":, 0")
                        .sub(labels.head())
                        .square()
                        .div(2);
            }
        };
    }

    private static Loss summed() {
        return new Loss("summed") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return each().evaluate(labels, predictions).sum();
            }
        };
    }

    private static TrainingRecord fit(Model model, Loss loss, int microBatches) throws Exception {
        return Training.of(model)
                .input(Tiny.POINTS)
                .loss(loss)
                .learningRate(0.01)
                .optimizer(Tiny::sgd)
                .microBatches(microBatches)
                .seed(2)
                .steps(5)
                .fit(Tiny.points(model.getNDManager(), false), Tiny.points(model.getNDManager(), 8, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aLossForEachExampleCountsAsTheirSum(int microBatches) throws Exception {
        try (Model one = Tiny.model(Tiny.mlp(0));
                Model other = Tiny.model(Tiny.mlp(0))) {
            TrainingRecord sum = fit(one, summed(), 1);
            TrainingRecord each = fit(other, each(), microBatches);
            for (int i = 0; i < 5; i++) {
                assertThat(each.curve().get(i).loss())
                        .isCloseTo(sum.curve().get(i).loss(), within(1e-5));
            }
            assertThat(each.finalLoss().getAsDouble()).isCloseTo(sum.finalLoss().getAsDouble(), within(1e-5));
            assertThat(each.evaluations().get(0).loss())
                    .isCloseTo(sum.evaluations().get(0).loss(), within(1e-5));
        }
    }

    /** A mean over the examples whose label is not {@code ignored}. */
    private static Loss masked(float ignored) {
        return new Loss("masked") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                NDArray mask =
                        labels.head().neq(ignored).toType(predictions.head().getDataType(), false);
                return each().evaluate(labels, predictions).mul(mask).sum().div(mask.sum());
            }
        };
    }

    @Test
    void aMeanOverWhatIsNotMaskedIsRefusedInParts() throws Exception {
        try (Model model = Tiny.model(Tiny.mlp(0))) {
            assertThat(fit(model, masked(1), 1).curve()).hasSize(5);
        }
        try (Model model = Tiny.model(Tiny.mlp(0))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fit(model, masked(1), 4))
                    .withMessageMatching(
                            "expected a loss that is the mean over a batch's examples, or has one value for"
                                    + " each, to train in 4 micro-batches, got \\S+ for two of them together and \\S+ from each by"
                                    + " itself, as from a mean over unmasked elements only: call microBatches\\(1\\), or divide by"
                                    + " the number of examples");
        }
        try (Model model = Tiny.model(Tiny.mlp(0))) {
            assertThat(fit(model, masked(99), 4).curve())
                    .as("nothing is masked")
                    .hasSize(5);
        }
    }
}
