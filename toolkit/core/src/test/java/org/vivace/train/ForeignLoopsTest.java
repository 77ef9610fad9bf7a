package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;

/** Loops and losses that are the user's own, with methods that act at one hook each. */
class ForeignLoopsTest {

    private static EfficiencyMethod acting(String name, Hooks hooks) {
        return GivenMethod.of(name, Kind.LOSS, Equivalence.CHANGES_TRAINING, hooks);
    }

    private static final EfficiencyMethod LOSS = acting("OnLoss", new Hooks() {
        @Override
        public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
            return loss.mul(2);
        }
    });

    private static final EfficiencyMethod BACKWARD = acting("AroundBackward", new Hooks() {
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

    private static final EfficiencyMethod BATCH = new GivenMethod(
            "OnBatch", Traits.of(Kind.LOSS, Equivalence.CHANGES_TRAINING).provides(Traits.CHANGED_LABELS), run -> HALF);

    private static GradientCollector engines() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    private static EfficientTrainer trainer(Model model, EfficiencyMethod... methods) {
        EfficientTrainer trainer = new EfficientTrainer(
                model,
                SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(Tracker.fixed(0.1f))),
                RunSettings.none().seed(1),
                methods);
        trainer.initialize(SmallTraining.POINTS);
        return trainer;
    }

    private static Sample points(NDManager manager) {
        return new Sample(
                new NDList(manager.arange(20f).sin().reshape(4, 5)),
                new NDList(manager.create(new float[] {0, 1, 2, 1})));
    }

    private static void step(
            BiFunction<EfficientTrainer, Sample, NDArray> loss, boolean engine, EfficiencyMethod... methods) {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = trainer(model, methods)) {
            Sample sample = points(model.getNDManager());
            Weights before = Weights.of(model);
            try (GradientCollector collector = engine ? engines() : trainer.newGradientCollector()) {
                collector.backward(loss.apply(trainer, sample));
            }
            try {
                trainer.step();
            } finally {
                if (Weights.of(model).equals(before)) {
                    assertThat(trainer.run().step())
                            .as("a refused step is none")
                            .isZero();
                }
            }
        }
    }

    private static NDArray own(EfficientTrainer trainer, Sample sample) {
        NDList predictions = trainer.forward(sample.data(), sample.labels());
        return SmallTraining.classes().evaluate(trainer.trainedLabels(), predictions);
    }

    private static NDArray trainers(EfficientTrainer trainer, Sample sample) {
        return trainer.getLoss().evaluate(sample.labels(), trainer.forward(sample.data(), sample.labels()));
    }

    private static void refused(ThrowingCallable step, String message) {
        assertThatIllegalStateException().isThrownBy(step).withMessage(message);
    }

    @Test
    void aStepThatPassedOverTheLossIsRefused() {
        step(ForeignLoopsTest::trainers, true, LOSS);
        refused(
                () -> step(ForeignLoopsTest::own, false, LOSS),
                "expected this step's loss from the trainer, where OnLoss acts, got a backward pass from"
                        + " another loss: call trainer.getLoss().evaluate(labels, predictions)");
    }

    @Test
    void aStepThatPassedOverTheBackwardHookIsRefused() {
        step(ForeignLoopsTest::own, false, BACKWARD);
        refused(
                () -> step(ForeignLoopsTest::own, true, BACKWARD),
                "expected this step's backward pass from the trainer, where AroundBackward acts, got one"
                        + " through another collector: call trainer.newGradientCollector()");
    }

    @Test
    void aMethodThatChangesLabelsHasToSaySo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> step(ForeignLoopsTest::trainers, false, acting("Half", HALF)))
                .withMessage("expected Half to leave the labels as they are, or to declare that it changes them, got"
                        + " changed labels: add provides(Traits.CHANGED_LABELS) to its traits");
    }

    @Test
    void evaluatorsMeasureTheLabelsThatTheModelSaw() throws Exception {
        Accuracy accuracy = new Accuracy();
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model,
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(Tracker.fixed(0.1f)))
                                .addEvaluator(accuracy)
                                .addTrainingListeners(new EvaluatorTrainingListener()),
                        BATCH)) {
            trainer.initialize(SmallTraining.POINTS);
            trainer.notifyListeners(listener -> listener.onTrainingBegin(trainer));
            ArrayDataset data = SmallTraining.points(model.getNDManager(), 4, false);
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
    private static final EfficiencyMethod PHASED = acting("Phased", new Hooks() {
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
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model, SmallTraining.config(distance, SmallTraining.sgd(Tracker.fixed(0.1f))), PHASED)) {
            trainer.initialize(SmallTraining.POINTS);
            Sample sample = points(model.getNDManager());
            Weights before = Weights.of(model);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray one = trainer.forward(sample.data(), sample.labels()).head();
                NDArray other = trainer.forward(new NDList(sample.data().head().flip(0)), sample.labels())
                        .head();
                collector.backward(trainer.getLoss().evaluate(sample.labels(), new NDList(one, other)));
            }
            trainer.step();
            assertThat(Weights.of(model)).isNotEqualTo(before);
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
        try (Model model = SmallTraining.model(doubling);
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
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model, SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(Tracker.fixed(0.1f))))) {
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

    private static Weights byRun(boolean within) {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run run = Run.of(model, RunSettings.none().seed(4), LOSS, BACKWARD);
                Trainer trainer = model.newTrainer(
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(Tracker.fixed(0.1f))))) {
            run.seedFor("weights");
            trainer.initialize(SmallTraining.POINTS);
            Sample sample = points(model.getNDManager());
            for (int i = 0; i < 2; i++) {
                try (GradientCollector collector = within ? engines() : null) {
                    run.step(sample, trainer::forward, trainer.getLoss(), trainer::step);
                }
            }
            return Weights.of(model);
        }
    }
}
