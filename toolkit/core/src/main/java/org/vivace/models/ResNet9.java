package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;

/**
 * The nine-layer residual network of the DAWNBench CIFAR-10 records (David Page 2018, "How to Train Your ResNet").
 *
 * <p>From images (batch, inputChannels, height, width), FLOAT32, height and width at least 8, to logits (batch, classes).
 * With c first channels the chain is: {@link ConvNormRelu} to c; to 2c, pool, {@link Residual} of two; to 4c, pool; to
 * 8c, pool, {@link Residual} of two; global max pool; {@link Linear} without bias; times 0.125. A pool is a 2×2 maximum.
 *
 * <p>Weights are initialized by DJL's default, He normal (fan-in), unless a training configuration has initializers.
 */
public final class ResNet9 extends SequentialBlock {

    private static final float LOGIT_SCALE = 0.125f;
    private static final int SMALLEST_IMAGE = 8;

    private final Settings settings;

    /** 64 channels, 10 classes, 3 input channels: 6.6 million parameters. */
    public ResNet9() {
        this(new Settings());
    }

    public ResNet9(Settings settings) {
        this.settings = settings;
        int c = settings.channels();
        add(new ConvNormRelu(c));
        add(new ConvNormRelu(2 * c));
        add(pool());
        add(new Residual(new ConvNormRelu(2 * c), new ConvNormRelu(2 * c)));
        add(new ConvNormRelu(4 * c));
        add(pool());
        add(new ConvNormRelu(8 * c));
        add(pool());
        add(new Residual(new ConvNormRelu(8 * c), new ConvNormRelu(8 * c)));
        add(Pool.globalMaxPool2dBlock());
        add(Linear.builder().setUnits(settings.classes()).optBias(false).build());
        add(LambdaBlock.singleton(ResNet9::scale, "scale"));
    }

    public Settings settings() {
        return settings;
    }

    private static Block pool() {
        return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
    }

    // An array created on the device: NDArray.mul(Number) copies its number from the host, and a GPU waits for that.
    private static NDArray scale(NDArray logits) {
        NDManager manager = logits.getManager();
        try (NDArray factor = manager.full(new Shape(), LOGIT_SCALE, DataType.FLOAT32, logits.getDevice())) {
            return logits.mul(factor);
        }
    }

    @Override
    protected void beforeInitialize(Shape... inputShapes) {
        super.beforeInitialize(inputShapes);
        Shape shape = inputShapes[0];
        if (shape.dimension() != 4
                || shape.get(1) != settings.inputChannels()
                || Math.min(shape.get(2), shape.get(3)) < SMALLEST_IMAGE) {
            throw new IllegalArgumentException(
                    "images must have shape (batch, %d, height, width) with sides of at least %d, got %s: resize or transpose them"
                            .formatted(settings.inputChannels(), SMALLEST_IMAGE, shape));
        }
    }

    /**
     * The sizes of a {@link ResNet9}.
     *
     * @param channels channels of the first layer; the last has eight times as many
     * @param classes number of classes
     * @param inputChannels channels of the images: 3 for colour, 1 for grey
     */
    public record Settings(int channels, int classes, int inputChannels) {

        public Settings {
            Sizes.requirePositive("channels", channels);
            Sizes.requirePositive("classes", classes);
            Sizes.requirePositive("inputChannels", inputChannels);
        }

        /** 64 channels, 10 classes, 3 input channels. */
        public Settings() {
            this(64, 10, 3);
        }

        /** Number of trained values: 3×3 kernels, a gain and an offset per channel, the classifier. */
        public long parameterCount() {
            long c = channels;
            long kernels = 9 * (inputChannels * c + (2 + 2 * 4 + 8 + 32 + 2 * 64) * c * c);
            long norms = 2 * (1 + 3 * 2 + 4 + 3 * 8) * c;
            return kernels + norms + 8 * c * classes;
        }
    }
}
