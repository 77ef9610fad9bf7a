package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.ConvNormRelu;
import org.vivace.models.Residual;
import org.vivace.models.TokenLoss;
import org.vivace.torch.CheckpointTape;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.ForwardCall;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Surgery;

/** Checkpointed blocks have the gradients, the loss and the running statistics that they have without. */
class CheckpointedGradientsTest {

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
                .forEach((path, values) -> assertThat(Weights.farthest(
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
        same(() -> SmallTraining.gpt(0), SmallTraining::tokens, new TokenLoss(), new ActivationCheckpointing());
    }

    @Test
    void inEveryOtherLayer() {
        same(() -> SmallTraining.gpt(0), SmallTraining::tokens, new TokenLoss(), ActivationCheckpointing.every(2));
    }

    @Test
    void inBlocksChosenByNameWithAResidualAroundThem() {
        same(
                () -> SmallTraining.gpt(0),
                SmallTraining::tokens,
                new TokenLoss(),
                ActivationCheckpointing.named("CausalSelfAttention|FeedForward"));
        same(
                () -> new SequentialBlock()
                        .add(dense(5))
                        .add(new Residual(dense(5), dense(5)))
                        .add(new Residual(dense(5))),
                CheckpointedGradientsTest::points,
                SQUARE,
                ActivationCheckpointing.named("Residual/.*SequentialBlock"));
    }

    @Test
    void inBf16() {
        same(
                () -> SmallTraining.gpt(0),
                SmallTraining::tokens,
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
                CheckpointedGradientsTest::points,
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
                CheckpointedGradientsTest::points,
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
        same(block, CheckpointedGradientsTest::points, SQUARE, new ActivationCheckpointing());
    }

    @Test
    void batchNormsCountABatchOnce() {
        Supplier<Block> block = () -> new SequentialBlock()
                .add(new ConvNormRelu(4))
                .add(new Residual(new ConvNormRelu(4), new ConvNormRelu(4)))
                .add(new ConvNormRelu(2));
        same(block, CheckpointedGradientsTest::images, SQUARE, new ActivationCheckpointing());
        assertThat(StepGradients.of(block, CheckpointedGradientsTest::images, SQUARE)
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
                CheckpointedGradientsTest::points,
                SQUARE,
                new ActivationCheckpointing());
    }

    /** Puts others in the place of the blocks whose path matches. */
    private static GivenMethod replacing(String path, UnaryOperator<Block> replacement) {
        return GivenMethod.of("Replacing", Kind.MEMORY, Equivalence.CHANGES_TRAINING, new Hooks() {
            @Override
            public void onModel(Run run, Surgery surgery) {
                surgery.replace("layers", place -> place.path().matches(path), replacement::apply);
            }
        });
    }

    /** Checkpoints within checkpoints, which the method itself does not make, through the kernel. */
    private static GivenMethod nested(int depth) {
        CheckpointTape tape = new CheckpointTape();
        return replacing(".*", block -> {
            Block wrapped = block;
            for (int i = 0; i < depth; i++) {
                wrapped = ActivationCheckpointing.checkpointed(new SequentialBlock().add(wrapped), tape, () -> 3);
            }
            return wrapped;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void withinACheckpointedBlock(int depth) {
        Supplier<Block> block = () -> new SequentialBlock()
                .add(dense(5))
                .add(new Residual(dense(5), BatchNorm.builder().build()))
                .add(dense(5));
        StepGradients plain = StepGradients.of(block, CheckpointedGradientsTest::points, SQUARE);
        StepGradients nested = StepGradients.of(block, CheckpointedGradientsTest::points, SQUARE, nested(depth));

        assertThat(nested.loss()).isEqualTo(plain.loss());
        // The nested blocks have longer paths.
        assertThat(nested.norm()).isCloseTo(plain.norm(), within(plain.norm() * RELATIVE));
        assertThat(new ArrayList<>(nested.statistics().values()))
                .usingRecursiveComparison()
                .isEqualTo(new ArrayList<>(plain.statistics().values()));
    }

    /** Seeds libtorch before each layer as the kernel does, and changes nothing else unless it checkpoints. */
    private static GivenMethod seeding(boolean checkpoints) {
        CheckpointTape tape = new CheckpointTape();
        long[] seed = {40};
        return replacing(
                "\\d+SequentialBlock",
                block -> checkpoints
                        ? ActivationCheckpointing.checkpointed(block, tape, () -> seed[0]++)
                        : seeded(block, () -> seed[0]++));
    }

    private static Block seeded(Block block, LongSupplier seeds) {
        return ForwardCall.around(block, call -> {
            Seeds.set(seeds.getAsLong());
            return call.proceed();
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
        StepGradients plain = StepGradients.of(block, CheckpointedGradientsTest::points, SQUARE, seeding(false));
        StepGradients checkpointed = StepGradients.of(block, CheckpointedGradientsTest::points, SQUARE, seeding(true));

        assertThat(checkpointed.loss()).isEqualTo(plain.loss()).isPositive();
        assertThat(checkpointed.norm()).isCloseTo(plain.norm(), within(plain.norm() * RELATIVE));
    }
}
