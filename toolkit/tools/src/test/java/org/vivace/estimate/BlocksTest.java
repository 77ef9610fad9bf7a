package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.GhostBatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.nn.transformer.PointwiseFeedForwardBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of block: its shapes and FLOPs are those that libtorch is seen to have. */
class BlocksTest {

    private static final ArraySpec IMAGE = ArraySpec.float32(2, 16, 12, 10);

    static Stream<Arguments> blocks() {
        return Stream.of(
                of("Linear", Linear.builder().setUnits(64).build(), ArraySpec.float32(4, 7, 128)),
                of(
                        "Conv1d",
                        after(Conv1d.builder()
                                .setKernelShape(new Shape(5))
                                .setFilters(8)
                                .optStride(new Shape(2))
                                .build()),
                        ArraySpec.float32(2, 16, 31)),
                of(
                        "Conv2d",
                        after(Conv2d.builder()
                                .setKernelShape(new Shape(3, 5))
                                .setFilters(24)
                                .optPadding(new Shape(1, 0))
                                .optDilation(new Shape(2, 1))
                                .build()),
                        IMAGE),
                of(
                        "Conv2d in groups",
                        after(Conv2d.builder()
                                .setKernelShape(new Shape(3, 3))
                                .setFilters(32)
                                .optGroups(16)
                                .optBias(false)
                                .build()),
                        IMAGE),
                of(
                        "Conv3d",
                        after(Conv3d.builder()
                                .setKernelShape(new Shape(3, 3, 3))
                                .setFilters(8)
                                .build()),
                        ArraySpec.float32(2, 4, 6, 7, 8)),
                of("BatchNorm", BatchNorm.builder().build(), IMAGE),
                of(
                        "GhostBatchNorm",
                        GhostBatchNorm.builder().optVirtualBatchSize(2).build(),
                        ArraySpec.float32(4, 3, 5, 5)),
                of("LayerNorm", LayerNorm.builder().axis(2).build(), ArraySpec.float32(2, 5, 8)),
                of("Dropout", after(Dropout.builder().optRate(0.3f).build()), IMAGE),
                of("activations", activations(), IMAGE),
                of(
                        "max pool",
                        after(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), true)),
                        IMAGE),
                of("average pool", after(Pool.avgPool2dBlock(new Shape(2, 3), new Shape(2, 2))), IMAGE),
                of("Lp pool", after(Pool.lpPool2dBlock(2, new Shape(2, 2), new Shape(2, 2))), IMAGE),
                of(
                        "global pools",
                        new ParallelBlock(
                                lists -> new NDList(
                                        lists.get(0).head().add(lists.get(1).head())),
                                List.of(after(Pool.globalAvgPool2dBlock()), after(Pool.globalMaxPool2dBlock()))),
                        IMAGE),
                of(
                        "flatten",
                        new SequentialBlock()
                                .add(Blocks.batchFlattenBlock())
                                .add(Linear.builder().setUnits(8).build()),
                        IMAGE),
                of(
                        "LambdaBlock",
                        after(LambdaBlock.singleton(
                                x -> x.transpose(0, 2, 3, 1).mul(2).sum(new int[] {3}))),
                        IMAGE),
                of(
                        "IdEmbedding",
                        new IdEmbedding.Builder()
                                .setDictionarySize(30)
                                .setEmbeddingSize(8)
                                .build(),
                        ArraySpec.int64(3, 6)),
                of(
                        "PointwiseFeedForward",
                        new PointwiseFeedForwardBlock(
                                List.of(64), 32, list -> new NDList(Activation.gelu(list.head()))),
                        ArraySpec.float32(2, 6, 32)),
                of(
                        "attention",
                        ScaledDotProductAttentionBlock.builder()
                                .setEmbeddingSize(64)
                                .setHeadCount(4)
                                .optAttentionProbsDropoutProb(0.1f)
                                .build(),
                        ArraySpec.float32(2, 12, 64)),
                of(
                        "TransformerEncoder",
                        new TransformerEncoderBlock(64, 4, 128, 0.1f, list -> new NDList(Activation.gelu(list.head()))),
                        ArraySpec.float32(2, 12, 64)),
                of(
                        "BertBlock",
                        BertBlock.builder()
                                .nano()
                                .setTokenDictionarySize(50)
                                .optMaxSequenceLength(16)
                                .build(),
                        ArraySpec.int64(2, 16),
                        ArraySpec.int64(2, 16),
                        ArraySpec.int64(2, 16)));
    }

    private static Arguments of(String name, Block block, ArraySpec... inputs) {
        return Arguments.of(name, block, inputs);
    }

    /** Behind something with weights, since a loss without any has no gradient. */
    private static Block after(Block block) {
        return new SequentialBlock().add(BatchNorm.builder().build()).add(block);
    }

    private static Block activations() {
        SequentialBlock all = new SequentialBlock().add(BatchNorm.builder().build());
        for (Block each : List.of(
                Activation.reluBlock(),
                Activation.relu6Block(),
                Activation.sigmoidBlock(),
                Activation.tanhBlock(),
                Activation.softPlusBlock(),
                Activation.softSignBlock(),
                Activation.leakyReluBlock(0.1f),
                Activation.eluBlock(1),
                Activation.seluBlock(),
                Activation.geluBlock(),
                Activation.swishBlock(1),
                Activation.mishBlock())) {
            all.add(each);
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void isAsSeen(String name, Block block, ArraySpec[] inputs) {
        Compared compared = Compared.of(block, inputs);
        assertThat(compared.estimate().outputs()).isEqualTo(compared.outputs());
        assertThat(compared.estimate().flops())
                .isCloseTo(compared.flops(), within(0.011 * Math.max(1, compared.flops())));
        assertThat(compared.estimate().parameters())
                .isEqualTo(block.getParameters().values().stream()
                        .filter(Parameter::requiresGradient)
                        .mapToLong(parameter -> parameter.getShape().size())
                        .sum());
    }

    // A step of a layer multiplies its input and its state, (width + hidden) · gates · hidden, for both directions.
    @Test
    void recurrentByHand() {
        long positions = 3 * 5;
        assertThat(Compared.step(
                                LSTM.builder()
                                        .setStateSize(4)
                                        .setNumLayers(2)
                                        .optReturnState(false)
                                        .build(),
                                ArraySpec.float32(3, 5, 6))
                        .forwardFlops())
                .isEqualTo(2.0 * positions * 4 * 4 * ((6 + 4) + (4 + 4)));
        assertThat(Compared.step(
                                GRU.builder()
                                        .setStateSize(4)
                                        .setNumLayers(1)
                                        .optBidirectional(true)
                                        .optReturnState(false)
                                        .build(),
                                ArraySpec.float32(3, 5, 6))
                        .forwardFlops())
                .isEqualTo(2.0 * positions * 2 * 3 * 4 * (6 + 4));
        Estimate rnn = Compared.step(
                RNN.builder()
                        .setStateSize(4)
                        .setNumLayers(1)
                        .setActivation(RNN.Activation.TANH)
                        .optReturnState(false)
                        .build(),
                ArraySpec.float32(3, 5, 6));
        assertThat(rnn.outputs()).containsExactly(new Shape(3, 5, 4));
        assertThat(rnn.forwardFlops()).isEqualTo(2.0 * positions * 4 * (6 + 4));
    }

    /** An operation with several results is one also where nothing is recorded. */
    @Test
    void recurrentInInference() {
        Block lstm = LSTM.builder()
                .setStateSize(4)
                .setNumLayers(1)
                .optReturnState(true)
                .build();
        Estimate inference = Estimator.of(lstm, ArraySpec.float32(3, 5, 6)).inference();
        assertThat(inference.outputs()).hasSize(3);
        assertThat(inference.forwardFlops()).isEqualTo(2.0 * 3 * 5 * 4 * 4 * (6 + 4));
    }

    // DJL's PyTorch engine has no transposed convolution to compare with.
    @Test
    void transposedConvolutionByHand() {
        Block block = Conv2dTranspose.builder()
                .setKernelShape(new Shape(3, 3))
                .setFilters(8)
                .optStride(new Shape(2, 2))
                .optBias(false)
                .build();
        Estimate estimate = Compared.step(block, ArraySpec.float32(2, 4, 5, 5));
        assertThat(estimate.outputs()).containsExactly(new Shape(2, 8, 11, 11));
        assertThat(estimate.forwardFlops()).isEqualTo(2.0 * 2 * 4 * 25 * 8 * 9);
    }
}
