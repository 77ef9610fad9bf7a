package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.models.ConvNormRelu;
import org.vivace.models.Residual;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Autograd;
import org.vivace.torch.CheckpointTape;
import org.vivace.torch.GradMode;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Equivalence;
import org.vivace.train.Hook;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Recipe;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

class ActivationCheckpointingTest {

    private static final double RELATIVE = 1e-6;

    /** Mean square of the first prediction. */
    private static final Loss SQUARE = new Loss("square") {
        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions.head().square().mean();
        }
    };

    private static Sample points(NDManager manager) {
        return StepGradients.ofOne(manager.randomNormal(new Shape(6, 5)));
    }

    private static Sample images(NDManager manager) {
        return StepGradients.ofOne(manager.randomNormal(new Shape(4, 3, 6, 6)));
    }

    private static Block dense(int units) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(units).build())
                .add(Activation.tanhBlock());
    }

    private static void same(
            Supplier<Block> block, Function<NDManager, Sample> data, Loss loss, EfficiencyMethod... methods) {
        StepGradients plain = StepGradients.of(block, data, loss, withoutCheckpointing(methods));
        StepGradients checkpointed = StepGradients.of(block, data, loss, methods);

        assertThat(checkpointed.loss()).isEqualTo(plain.loss());
        assertThat(plain.norm()).isPositive();
        assertThat(plain.relativeDistance(checkpointed)).isLessThanOrEqualTo(RELATIVE);
        assertThat(checkpointed.statistics().keySet())
                .isEqualTo(plain.statistics().keySet());
        plain.statistics()
                .forEach((path, values) -> assertThat(TestRuns.farthest(
                                values, checkpointed.statistics().get(path)))
                        .as(path)
                        .isZero());
    }

    private static EfficiencyMethod[] withoutCheckpointing(EfficiencyMethod... methods) {
        return Arrays.stream(methods)
                .filter(method -> !(method instanceof ActivationCheckpointing))
                .toArray(EfficiencyMethod[]::new);
    }

    @Test
    void givesTheGradientsOfTheRunWithoutInEveryLayerOfADecoder() {
        same(() -> TestRuns.gpt(0), TestRuns::tokens, new TokenLoss(), new ActivationCheckpointing());
    }

    @Test
    void inEveryOtherLayer() {
        same(() -> TestRuns.gpt(0), TestRuns::tokens, new TokenLoss(), ActivationCheckpointing.every(2));
    }

    @Test
    void inBlocksChosenByNameWithAResidualAroundThem() {
        same(
                () -> TestRuns.gpt(0),
                TestRuns::tokens,
                new TokenLoss(),
                ActivationCheckpointing.named("CausalSelfAttention|FeedForward"));
        same(
                () -> new SequentialBlock()
                        .add(dense(5))
                        .add(new Residual(dense(5), dense(5)))
                        .add(new Residual(dense(5))),
                ActivationCheckpointingTest::points,
                SQUARE,
                ActivationCheckpointing.named("Residual/.*SequentialBlock"));
    }

    @Test
    void inBf16() {
        same(
                () -> TestRuns.gpt(0),
                TestRuns::tokens,
                new TokenLoss(),
                MixedPrecision.bf16(),
                new ActivationCheckpointing());
    }

    @Test
    void inABlockThatIsUsedTwice() {
        same(
                () -> {
                    Block shared = dense(5);
                    return new SequentialBlock()
                            .add(dense(5))
                            .add(shared)
                            .add(dense(5))
                            .add(shared);
                },
                ActivationCheckpointingTest::points,
                SQUARE,
                new ActivationCheckpointing());
    }

    @Test
    void inBranchesThatShareAnInput() {
        same(
                () -> new SequentialBlock()
                        .add(dense(5))
                        .add(new ParallelBlock(
                                outputs -> new NDList(
                                        outputs.get(0).head().mul(outputs.get(1).head())),
                                List.of(dense(4), dense(4)))),
                ActivationCheckpointingTest::points,
                SQUARE,
                ActivationCheckpointing.named("ParallelBlock/"));
    }

    @Test
    void inABlockOfSeveralOutputsAndOneThatGivesBackItsInput() {
        Supplier<Block> block = () -> {
            Block several = new SequentialBlock()
                    .add(dense(5))
                    .add(new LambdaBlock(list -> new NDList(
                            list.head(), list.head().square(), list.head().neg())));
            Block join = new LambdaBlock(list ->
                    new NDList(list.get(0).add(list.get(1)).mul(list.get(2).sub(1))));
            Block identity = new SequentialBlock().add(new LambdaBlock(list -> list));
            return new SequentialBlock()
                    .add(dense(5))
                    .add(several)
                    .add(identity)
                    .add(join)
                    .add(dense(2));
        };
        same(block, ActivationCheckpointingTest::points, SQUARE, new ActivationCheckpointing());
    }

    @Test
    void batchNormsCountABatchOnce() {
        Supplier<Block> block = () -> new SequentialBlock()
                .add(new ConvNormRelu(4))
                .add(new Residual(new ConvNormRelu(4), new ConvNormRelu(4)))
                .add(new ConvNormRelu(2));
        same(block, ActivationCheckpointingTest::images, SQUARE, new ActivationCheckpointing());
        assertThat(StepGradients.of(block, ActivationCheckpointingTest::images, SQUARE)
                        .statistics())
                .as("statistics that a batch changes")
                .hasSize(8)
                .anySatisfy((path, values) -> assertThat(values[0]).isNotIn(0f, 1f));
    }

    @Test
    void batchNormsThatAreUsedTwiceCountTwice() {
        same(
                () -> {
                    Block shared = new SequentialBlock()
                            .add(Linear.builder().setUnits(5).build())
                            .add(BatchNorm.builder().build());
                    return new SequentialBlock().add(shared).add(dense(5)).add(shared);
                },
                ActivationCheckpointingTest::points,
                SQUARE,
                new ActivationCheckpointing());
    }

    /** Checkpoints within checkpoints, which the method itself does not make, through the kernel. */
    private record Nested(int depth) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return Traits.of(Kind.MEMORY, Equivalence.WITHIN_TOLERANCE);
        }

        @Override
        public Hooks attach(Run attached) {
            CheckpointTape tape = new CheckpointTape();
            return new Hooks() {
                @Override
                public void onModel(Run run, Surgery surgery) {
                    surgery.replace("layers", place -> true, block -> {
                        Block wrapped = block;
                        for (int i = 0; i < depth; i++) {
                            wrapped = ActivationCheckpointing.checkpointed(
                                    new SequentialBlock().add(wrapped), tape, () -> 3);
                        }
                        return wrapped;
                    });
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void withinACheckpointedBlock(int depth) {
        Supplier<Block> block = () -> new SequentialBlock()
                .add(dense(5))
                .add(new Residual(dense(5), BatchNorm.builder().build()))
                .add(dense(5));
        StepGradients plain = StepGradients.of(block, ActivationCheckpointingTest::points, SQUARE);
        StepGradients nested = StepGradients.of(block, ActivationCheckpointingTest::points, SQUARE, new Nested(depth));

        assertThat(nested.loss()).isEqualTo(plain.loss());
        // The nested blocks have longer paths.
        assertThat(nested.norm()).isCloseTo(plain.norm(), within(plain.norm() * RELATIVE));
        assertThat(new ArrayList<>(nested.statistics().values()))
                .usingRecursiveComparison()
                .isEqualTo(new ArrayList<>(plain.statistics().values()));
    }

    /** Seeds libtorch before each layer as the kernel does, and changes nothing else. */
    private record Seeding(boolean checkpoints) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return Traits.of(Kind.MEMORY, Equivalence.CHANGES_TRAINING);
        }

        @Override
        public Hooks attach(Run attached) {
            CheckpointTape tape = new CheckpointTape();
            return new Hooks() {
                @Override
                public void onModel(Run run, Surgery surgery) {
                    long[] seed = {40};
                    surgery.replace(
                            "layers",
                            place -> place.path().matches("\\d+SequentialBlock"),
                            block -> checkpoints
                                    ? ActivationCheckpointing.checkpointed(block, tape, () -> seed[0]++)
                                    : seeded(block, () -> seed[0]++));
                }
            };
        }
    }

    private static Block seeded(Block block, LongSupplier seeds) {
        return (Block) Proxy.newProxyInstance(
                Block.class.getClassLoader(), new Class<?>[] {Block.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("forward")) {
                        Seeds.set(seeds.getAsLong());
                    }
                    return method.invoke(block, arguments);
                });
    }

    @Test
    void dropoutFallsTheSameWayBothTimes() {
        Supplier<Block> block = () -> {
            SequentialBlock layers = new SequentialBlock();
            for (int i = 0; i < 3; i++) {
                layers.add(new SequentialBlock()
                        .add(Linear.builder().setUnits(8).build())
                        .add(Dropout.builder().optRate(0.5f).build()));
            }
            return layers;
        };
        StepGradients plain = StepGradients.of(block, ActivationCheckpointingTest::points, SQUARE, new Seeding(false));
        StepGradients checkpointed =
                StepGradients.of(block, ActivationCheckpointingTest::points, SQUARE, new Seeding(true));

        assertThat(checkpointed.loss()).isEqualTo(plain.loss()).isPositive();
        assertThat(checkpointed.norm()).isCloseTo(plain.norm(), within(plain.norm() * RELATIVE));
    }

    @Test
    void dropoutFallsAnewInEachMicroBatch() throws Exception {
        List<Float> losses = new ArrayList<>();
        for (int parts : new int[] {1, 2}) {
            try (Model model = TestRuns.model(TestRuns.gpt(0.5));
                    EfficientTrainer trainer = new EfficientTrainer(
                            model,
                            TestRuns.config(TestRuns.sgd(0)),
                            RunSettings.none().seed(3),
                            new ActivationCheckpointing())) {
                trainer.initialize(new Shape(4, 16));
                for (int part = 0; part < parts; part++) {
                    try (NDManager batch = model.getNDManager().newSubManager();
                            GradientCollector collector = trainer.newGradientCollector()) {
                        Sample sample = TestRuns.tokens(batch);
                        NDList predictions = trainer.forward(sample.data(), sample.labels());
                        NDArray loss = trainer.getLoss().evaluate(sample.labels(), predictions);
                        collector.backward(loss);
                        losses.add(loss.getFloat());
                    }
                }
            }
        }
        assertThat(losses.get(1)).isEqualTo(losses.get(0));
        assertThat(losses.get(2)).isNotEqualTo(losses.get(0));
    }

    @Test
    void evaluationIsAsItWas() {
        try (Model model = TestRuns.model(TestRuns.gpt(0.3));
                EfficientTrainer trainer =
                        new EfficientTrainer(model, TestRuns.config(TestRuns.sgd(0)), new ActivationCheckpointing())) {
            trainer.initialize(new Shape(4, 16));
            try (NDManager batch = model.getNDManager().newSubManager();
                    GradMode off = GradMode.off()) {
                Sample sample = TestRuns.tokens(batch);
                float[] with = trainer.evaluate(sample.data()).head().toFloatArray();
                trainer.run().close();
                float[] without = trainer.evaluate(sample.data()).head().toFloatArray();
                assertThat(TestRuns.farthest(with, without)).isZero();
            }
        }
    }

    @Test
    void aForwardPassWithoutABackwardLeavesNothing() {
        try (Model model = TestRuns.model(TestRuns.gpt(0));
                EfficientTrainer trainer =
                        new EfficientTrainer(model, TestRuns.config(TestRuns.sgd(0)), new ActivationCheckpointing())) {
            trainer.initialize(new Shape(4, 16));
            int before = model.getNDManager().getManagedArrays().size();
            for (int i = 0; i < 5; i++) {
                try (NDManager batch = model.getNDManager().newSubManager();
                        GradientCollector collector = trainer.newGradientCollector()) {
                    Sample sample = TestRuns.tokens(batch);
                    trainer.forward(sample.data(), sample.labels());
                }
            }
            assertThat(model.getNDManager().getManagedArrays().size()).isEqualTo(before);
            TestRuns.Outcome after = TestRuns.train(TestRuns.gpt(0), TestRuns::tokens, new ActivationCheckpointing());
            assertThat(after.arraysLeft()).isZero();
        }
    }

    @Test
    void theCheckpointedBlockIsOtherwiseTheBlock() {
        Block block = dense(5);
        Block checkpointed = ActivationCheckpointing.checkpointed(block, new CheckpointTape(), () -> 1);

        assertThat(checkpointed.getChildren().keys())
                .isEqualTo(block.getChildren().keys());
        assertThat(checkpointed.toString()).isEqualTo(block.toString());
        Block failing = new LambdaBlock(list -> {
            throw new IllegalArgumentException("context must be at most 8, got 16");
        });
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (boolean training : new boolean[] {true, false}) {
                assertThatIllegalArgumentException()
                        .as("an error inside comes out as it is")
                        .isThrownBy(() -> ActivationCheckpointing.checkpointed(failing, new CheckpointTape(), () -> 1)
                                .forward(
                                        new ParameterStore(manager, false),
                                        new NDList(manager.ones(new Shape(2))),
                                        training))
                        .withMessage("context must be at most 8, got 16");
            }
        }
    }

    /** The card's example, word for word. */
    @Test
    void theKernelLeavesTheGradientsToItsTape() {
        Block block = Linear.builder().setUnits(1).optBias(false).build();
        CheckpointTape tape = new CheckpointTape();
        Random random = new Random(1);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradMode recorded = GradMode.on()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
            ParameterStore store = new ParameterStore(manager, false);
            NDList input = new NDList(manager.arange(6f).reshape(2, 3));
            Block checkpointed = ActivationCheckpointing.checkpointed(block, tape, random::nextLong);
            NDList output = checkpointed.forward(store, input, true);
            Autograd.backward(output.head().sum(), false);

            NDArray weight = block.getParameters().get("weight").getArray();
            assertThat(weight.getGradient().toFloatArray()).containsExactly(3, 5, 7);
        }
    }

    @Test
    void standsLastAtTheModelSoThatOthersAreInside() {
        Recipe recipe = Recipe.of(new ActivationCheckpointing(), MixedPrecision.bf16(), new FusedAttention());

        assertThat(recipe.at(Hook.MODEL).get(2)).isInstanceOf(ActivationCheckpointing.class);
    }

    @Test
    void saysWhatItLookedForWhereAModelHasNoSuchBlocks() {
        try (Model model = TestRuns.model(Linear.builder().setUnits(2).build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Run.of(model, RunSettings.none(), new ActivationCheckpointing()))
                    .withMessage(
                            "ActivationCheckpointing looked for blocks to checkpoint in the model and found no blocks"
                                    + " below the root: drop the method, or make the run lenient to go on without it");
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ActivationCheckpointing.every(0))
                .withMessage("ActivationCheckpointing: expected every >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ActivationCheckpointing.named("("))
                .withMessage("ActivationCheckpointing: expected a regular expression for the blocks' paths, got (");
    }

    @Test
    void showsItsSettings() {
        assertThat(new ActivationCheckpointing().label()).isEqualTo("ActivationCheckpointing");
        assertThat(ActivationCheckpointing.every(3).label()).isEqualTo("ActivationCheckpointing(every 3)");
        assertThat(ActivationCheckpointing.named("Layer").label()).isEqualTo("ActivationCheckpointing(Layer)");
    }

    @Test
    void worksUnderDjlsOwnTrainerInAnotherLoop() {
        // Trainer.forward(data) hands a flag to the block, Trainer.forward(data, labels) its labels.
        try (Model model = TestRuns.model(TestRuns.gpt(0));
                Run run = Run.of(model, RunSettings.none(), new ActivationCheckpointing());
                Trainer trainer = model.newTrainer(TestRuns.config(TestRuns.sgd(0)))) {
            trainer.initialize(new Shape(4, 16));
            try (NDManager batch = model.getNDManager().newSubManager()) {
                Sample sample = TestRuns.tokens(batch);
                float flag = run.step(sample, trainer::forward, new TokenLoss(), () -> {})
                        .getFloat();
                float labels = run.step(
                                sample, data -> trainer.forward(data, sample.labels()), new TokenLoss(), trainer::step)
                        .getFloat();
                assertThat(labels).isEqualTo(flag);
            }
        }
    }
}
