package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.models.TokenLoss;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Traits;

/** Every method of the catalogue in loops of the user's own: the same weights as in the trainer's, or a refusal. */
@Tag("slow")
class LoopsTest {

    private static final int STEPS = 3;
    private static final double ROUNDING = 1e-5;

    /** One step of a loop, up to the update. */
    @FunctionalInterface
    private interface Loop {
        void gradients(EfficientTrainer trainer, Sample sample) throws Exception;
    }

    /** What there is to train, and how. */
    private record Trial(EfficiencyMethod method) {

        private EfficiencyMethod[] recipe() {
            return method instanceof LowPrecisionLayerNorm
                    ? new EfficiencyMethod[] {MixedPrecision.bf16(), method}
                    : new EfficiencyMethod[] {method};
        }

        private boolean images() {
            return method instanceof PatchWhitening
                    || method instanceof IdentityStart
                    || method instanceof ChannelsLast
                    || method instanceof ProgressiveResizing;
        }

        private Block block() {
            return images()
                    ? new SequentialBlock()
                            .add(new SequentialBlock().add(convolution()).add(Activation::relu))
                            .add(new SequentialBlock().add(convolution()).add(Activation::relu))
                            .add(Pool.globalAvgPool2dBlock())
                            .add(Blocks.batchFlattenBlock())
                            .add(Linear.builder().setUnits(16).build())
                    : TestRuns.gpt(0);
        }

        private static Block convolution() {
            return Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .setFilters(16)
                    .build();
        }

        private Sample sample(NDManager manager) {
            return images()
                    ? new Sample(
                            new NDList(manager.arange(4f * 16 * 16 * 16).sin().reshape(4, 16, 16, 16)),
                            new NDList(manager.arange(4).toType(DataType.INT64, false)))
                    : TestRuns.tokens(manager);
        }

        private Optimizer optimizer() {
            return method instanceof FusedAdamW
                    ? Optimizer.adam()
                            .optLearningRateTracker(Tracker.fixed(0.01f))
                            .build()
                    : TestRuns.sgd(0.5);
        }

        private EfficientTrainer trainer(Model model) {
            EfficientTrainer trainer = new EfficientTrainer(
                    model,
                    TestRuns.config(optimizer()),
                    RunSettings.none().seed(7).steps(STEPS + 1),
                    recipe());
            try (NDManager probe = model.getNDManager().newSubManager()) {
                trainer.initialize(sample(probe).data().getShapes());
            }
            return trainer;
        }

        /** The weights after the loop's steps. */
        private float[] weights(Loop loop) throws Exception {
            try (Model model = TestRuns.model(block());
                    EfficientTrainer trainer = trainer(model)) {
                for (int step = 0; step < STEPS; step++) {
                    try (NDManager batch = model.getNDManager().newSubManager()) {
                        Sample sample = sample(batch);
                        NDList data = new NDList(sample.data());
                        NDList labels = new NDList(sample.labels());
                        loop.gradients(trainer, sample);
                        assertThat(sameArrays(sample.data(), data))
                                .as("data as given")
                                .isTrue();
                        assertThat(sameArrays(sample.labels(), labels))
                                .as("labels as given")
                                .isTrue();
                        trainer.step();
                    }
                }
                return TestRuns.weights(model);
            }
        }

        boolean seesLoss() {
            return method instanceof LabelSmoothing
                    || method.traits().provides().contains(Traits.CHANGED_LABELS);
        }

        @Override
        public String toString() {
            return method.label();
        }
    }

    private static boolean sameArrays(NDList one, NDList other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.get(i) == other.get(i);
        }
        return same;
    }

    static Stream<Trial> trials() {
        List<EfficiencyMethod> methods = new ArrayList<>();
        for (CatalogueEntry entry : Catalogue.all()) {
            methods.addAll(Catalogue.parse(entry.name()));
        }
        methods.add(MixedPrecision.fp16(new LossScale(4096, 2, 0.5, 2000)));
        return methods.stream().map(Trial::new);
    }

    private static GradientCollector engines() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    private static NDArray loss(EfficientTrainer trainer, Sample sample) {
        return trainer.getLoss().evaluate(sample.labels(), trainer.forward(sample.data(), sample.labels()));
    }

    private static void plain(EfficientTrainer trainer, Sample sample) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            collector.backward(loss(trainer, sample));
        }
    }

    /** The other half of a batch, with the first one's shapes. */
    private static Sample other(Sample sample) {
        NDList data = new NDList(sample.data().head().flip(0));
        return new Sample(data, new NDList(sample.labels().head().flip(0)));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void inAnotherCollector(Trial trial) throws Exception {
        float[] own = trial.weights(LoopsTest::plain);

        float[] other = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = engines()) {
                collector.backward(loss(trainer, sample));
            }
        });

        assertThat(TestRuns.farthest(own, other)).isZero();
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withEvaluationAndPredictionInBetween(Trial trial) throws Exception {
        float[] own = trial.weights(LoopsTest::plain);

        float[] mixed = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray loss = loss(trainer, sample);
                NDList predictions = trainer.evaluate(new NDList(sample.data()));
                float expected =
                        new TokenLoss().evaluate(sample.labels(), predictions).getFloat();
                assertThat(trainer.getLoss()
                                .evaluate(sample.labels(), predictions)
                                .getFloat())
                        .isEqualTo(expected);
                try (Predictor<NDList, NDList> predictor = trainer.getModel().newPredictor(new NoopTranslator(null))) {
                    predictor.predict(new NDList(sample.data()));
                }
                collector.backward(loss);
            }
            NDList held = trainer.evaluate(new NDList(sample.data()));
            assertThat(trainer.getLoss().evaluate(sample.labels(), held).getFloat())
                    .isEqualTo(new TokenLoss().evaluate(sample.labels(), held).getFloat());
        });

        assertThat(TestRuns.farthest(mixed, own)).isZero();
    }

    @ParameterizedTest
    @MethodSource("trials")
    void afterPassesThatCameToNothing(Trial trial) throws Exception {
        float[] own = trial.weights(LoopsTest::plain);

        float[] interrupted = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                loss(trainer, sample);
            }
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(loss(trainer, sample));
                collector.zeroGradients();
                NDManager manager = sample.data().getManager();
                NDList wrong = new NDList(manager.ones(new Shape(4, 3, 2)));
                assertThat(catching(() -> trainer.forward(wrong, sample.labels())))
                        .isTrue();
            }
            plain(trainer, sample);
        });

        assertThat(TestRuns.farthest(interrupted, own)).isZero();
    }

    private static boolean catching(Runnable failing) {
        try {
            failing.run();
            return false;
        } catch (RuntimeException expected) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withSeveralPassesBeforeOneBackward(Trial trial) throws Exception {
        float[] apart = trial.weights((trainer, sample) -> {
            plain(trainer, sample);
            plain(trainer, other(sample));
        });

        Loop together = (trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(loss(trainer, sample).add(loss(trainer, other(sample))));
            }
        };
        Loop elsewhere = (trainer, sample) -> {
            try (GradientCollector collector = engines()) {
                NDArray first = loss(trainer, sample);
                collector.backward(first.add(loss(trainer, other(sample))));
            }
        };

        assertThat(TestRuns.farthest(trial.weights(together), apart)).isLessThan(ROUNDING);
        assertThat(TestRuns.farthest(trial.weights(elsewhere), apart)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withSeveralBackwardPasses(Trial trial) throws Exception {
        float[] apart = trial.weights((trainer, sample) -> {
            plain(trainer, sample);
            plain(trainer, other(sample));
        });

        float[] inTurn = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = engines()) {
                collector.backward(loss(trainer, sample));
                collector.backward(loss(trainer, other(sample)));
            }
        });
        float[] afterBoth = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray first = loss(trainer, sample);
                NDArray second = loss(trainer, other(sample));
                collector.backward(first);
                collector.backward(second);
            }
        });

        assertThat(TestRuns.farthest(inTurn, apart)).isZero();
        assertThat(TestRuns.farthest(afterBoth, apart)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withALossOfOnesOwn(Trial trial) throws Exception {
        TokenLoss mine = new TokenLoss();
        for (boolean engine : new boolean[] {false, true}) {
            Loop loop = (trainer, sample) -> {
                try (GradientCollector collector = engine ? engines() : trainer.newGradientCollector()) {
                    NDList predictions = trainer.forward(sample.data(), sample.labels());
                    collector.backward(mine.evaluate(trainer.trainedLabels(), predictions));
                }
            };
            if (trial.seesLoss()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> trial.weights(loop))
                        .withMessage("expected this step's loss by way of the trainer, where "
                                + trial.method().name() + " acts, got a backward pass from another: call"
                                + " trainer.getLoss().evaluate(labels, predictions)");
            } else {
                assertThat(TestRuns.farthest(trial.weights(loop), trial.weights(LoopsTest::plain)))
                        .isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withoutABackwardPassTheFirstStepIsRefused(Trial trial) {
        assertThatIllegalStateException()
                .isThrownBy(() -> trial.weights((trainer, sample) -> trainer.forward(sample.data(), sample.labels())))
                .withMessage(
                        "expected a backward pass before the first step, got no gradient: call backward on the loss,"
                                + " within a gradient collector");
    }

    @Test
    void theModelItselfIsNoWayAroundTheMethods() {
        Trial trial = new Trial(MixedPrecision.bf16());
        assertThatIllegalStateException()
                .isThrownBy(() -> trial.weights((trainer, sample) -> {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDList predictions = trainer.getModel()
                                .getBlock()
                                .forward(
                                        new ai.djl.training.ParameterStore(trainer.getManager(), false),
                                        sample.data(),
                                        true);
                        collector.backward(new TokenLoss().evaluate(sample.labels(), predictions));
                    }
                }))
                .withMessage("expected this step's forward pass by way of the trainer, where MixedPrecision acts, got a"
                        + " backward pass from another: call trainer.forward(data, labels)");
    }

    @Test
    void labelsThatChangeMustBeGivenToThePass() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Trial(new SequenceLengthWarmup())
                        .weights((trainer, sample) -> trainer.forward(sample.data())))
                .withMessage(
                        "expected a training pass with labels, which SequenceLengthWarmup changes along with the data,"
                                + " got one without: call trainer.forward(data, labels)");
    }

    @Test
    void gradientsClippedByHandAreTheUnscaledOnes() throws Exception {
        Loop clipped = (trainer, sample) -> {
            plain(trainer, sample);
            plain(trainer, other(sample));
            for (NDArray weight : trainer.run().withGradients().arrays()) {
                try (NDArray gradient = weight.getGradient();
                        NDArray within = gradient.clip(-1e-3, 1e-3)) {
                    gradient.subi(gradient);
                    gradient.addi(within);
                }
            }
        };
        float[] whole = new Trial(new FusedSgd()).weights(clipped);
        float[] scaled = new Trial(MixedPrecision.fp16(new LossScale(65536, 2, 0.5, 2000))).weights(clipped);

        // The rate is 0.1 and three steps are made: clipped after scaling, the weights would hardly move.
        assertThat(TestRuns.farthest(scaled, whole)).isLessThan(2e-4);
    }

    @Test
    void aTermOnTheWeightsThemselvesIsNotScaled() throws Exception {
        Loop decayed = (trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray weight = trainer.run().parameters().get(0).array();
                collector.backward(
                        loss(trainer, sample).add(weight.square().sum().mul(0.1f)));
            }
        };
        float[] whole = new Trial(new FusedSgd()).weights(decayed);
        float[] scaled = new Trial(MixedPrecision.fp16(new LossScale(65536, 2, 0.5, 2000))).weights(decayed);

        assertThat(TestRuns.farthest(scaled, whole)).isLessThan(2e-3);
    }

    @Test
    void oneLossOfTwoModelsThatAreTrainedTogether() throws Exception {
        assertThat(TestRuns.farthest(chained(new FusedSgd(), new FusedSgd()), chained()))
                .isLessThan(ROUNDING);
        float[] scaled = chained(
                MixedPrecision.fp16(new LossScale(4096, 2, 0.5, 2000)),
                MixedPrecision.fp16(new LossScale(128, 2, 0.5, 2000)));
        assertThat(TestRuns.farthest(scaled, chained())).isLessThan(2e-3);
        assertThat(TestRuns.farthest(chained(new ActivationCheckpointing(), new ActivationCheckpointing()), chained()))
                .isLessThan(ROUNDING);
    }

    /** The weights of a generator and of a critic that judges it, after steps of both from one loss. */
    private static float[] chained(EfficiencyMethod... methods) throws Exception {
        EfficiencyMethod[] first = methods.length == 0 ? methods : new EfficiencyMethod[] {methods[0]};
        EfficiencyMethod[] second = methods.length == 0 ? methods : new EfficiencyMethod[] {methods[1]};
        try (Model generator = TestRuns.model(dense());
                Model critic = TestRuns.model(dense());
                EfficientTrainer makes =
                        new EfficientTrainer(generator, TestRuns.config(TestRuns.sgd(0)), seed(), first);
                EfficientTrainer judges =
                        new EfficientTrainer(critic, TestRuns.config(TestRuns.sgd(0)), seed(), second)) {
            makes.initialize(new Shape(4, 16));
            judges.initialize(new Shape(4, 16));
            for (int step = 0; step < STEPS; step++) {
                try (NDManager batch = generator.getNDManager().newSubManager();
                        GradientCollector collector = engines()) {
                    NDList noise = new NDList(batch.arange(64f).sin().reshape(4, 16));
                    NDArray verdict = judges.forward(makes.forward(noise)).head();
                    collector.backward(verdict.square().mean());
                    judges.step();
                    makes.step();
                }
            }
            float[] one = TestRuns.weights(generator);
            float[] other = TestRuns.weights(critic);
            float[] both = java.util.Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }
    }

    private static RunSettings seed() {
        return RunSettings.none().seed(3);
    }

    private static Block dense() {
        return new SequentialBlock()
                .add(new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation::tanh))
                .add(Linear.builder().setUnits(16).build());
    }
}
