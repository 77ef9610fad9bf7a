package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.Effect;

/** Images whose channels are to lie last, through a convolution and something else. */
class ImageLayoutTest {

    private static final Shape IMAGES = new Shape(2, 3, 8, 8);

    private static final Declared LAID_OUT = new Declared(List.of(new Effect.ImageLayout()));

    private static Block convolution(int side) {
        return Conv2d.builder()
                .setKernelShape(new Shape(side, side))
                .setFilters(4)
                .optBias(false)
                .build();
    }

    private static Estimator net(Block... blocks) {
        SequentialBlock net = new SequentialBlock();
        List.of(blocks).forEach(net::add);
        return Estimator.of(net, new ArraySpec(IMAGES, DataType.FLOAT32))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
    }

    /** What follows a convolution, and whether the layout goes on through it is libtorch's affair. */
    enum Next {
        RELU(Activation.reluBlock()),
        BATCH_NORM(BatchNorm.builder().build()),
        CONVOLUTION(convolution(1)),
        DROPOUT(Dropout.builder().optRate(0.5f).build()),
        MAX_POOL(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2))),
        AVERAGE_POOL(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2))),
        SUM(parallel(each -> each.get(0).head().add(each.get(1).head()))),
        JOINED(parallel(each -> each.get(0).head().concat(each.get(1).head(), 1)));

        final Block block;

        Next(Block block) {
            this.block = block;
        }

        private static Block parallel(Function<List<NDList>, NDArray> joined) {
            return new ParallelBlock(each -> new NDList(joined.apply(each)))
                    .add(Activation.reluBlock())
                    .add(Activation.tanhBlock());
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAsItDoesInLibtorch(Next next) {
        SequentialBlock net = new SequentialBlock().add(convolution(3)).add(next.block);
        boolean real;
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            net.initialize(manager, DataType.FLOAT32, IMAGES);
            NDArray images = MemoryFormat.CHANNELS_LAST.of(manager.randomUniform(0, 1, IMAGES));
            NDArray result = net.forward(new ParameterStore(manager, false), new NDList(images), true)
                    .head();
            real = MemoryFormat.CHANNELS_LAST.holds(result);
            Operation last = net(net, Activation.sigmoidBlock()).methods(List.of(LAID_OUT)).step().operations().stream()
                    .filter(operation -> operation.name().equals("sigmoid"))
                    .findFirst()
                    .orElseThrow();
            Shape shape = result.getShape();
            String lastChannels = shape + java.util.Arrays.toString(Strides.nhwc(shape));
            assertThat(last.key().contains(lastChannels)).isEqualTo(real);
            assertThat(real).isTrue();
        }
    }

    @Test
    void theBatchIsCopiedAndConvolutionsReorderNoImages() {
        Estimate plain = net(convolution(3)).step();
        Estimate laidOut = net(convolution(3)).methods(List.of(LAID_OUT)).step();
        assertThat(laidOut.flops()).isEqualTo(plain.flops());
        assertThat(laidOut.operations().get(0).name()).isEqualTo("MemoryFormat.convert");
        assertThat(laidOut.operations().get(0).forwardBytes()).isEqualTo(2 * 4 * IMAGES.size());
        // The convolution reads the copy, (2, 3, 8, 8); the result is (2, 4, 6, 6).
        assertThat(laidOut.memory().peak() - plain.memory().peak()).isLessThanOrEqualTo(4 * IMAGES.size());
    }

    @Test
    void inferenceGetsItsImagesAsTheyAre() {
        assertThat(net(convolution(3)).methods(List.of(LAID_OUT)).inference().operations())
                .noneMatch(operation -> operation.name().startsWith("MemoryFormat"));
    }

    @Test
    void aModelWithoutImages() {
        Estimator texts = Estimator.of(Linear.builder().setUnits(2).build(), ArraySpec.float32(4, 3))
                .methods(List.of(LAID_OUT));
        assertThatThrownBy(texts::inference)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 2-d convolutions for a method that lays out images, found none in the model: drop"
                        + " the method");
    }
}
