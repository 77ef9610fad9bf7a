package org.vivace.models;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.initializer.NormalInitializer;

/**
 * A pre-norm decoder language model, GPT-2's architecture (Radford et al. 2019, "Language Models are Unsupervised
 * Multitask Learners") with an untied head.
 *
 * <p>From ids (batch, time), INT64 or INT32 in 0..vocabulary-1, to logits (batch, time, vocabulary), FLOAT32; position
 * t sees only the ids up to t. Any time from 1 to {@code maxContext} is accepted; a longer one throws an {@link
 * IllegalArgumentException}.
 *
 * <p>It is a chain of children in this order, any of which surgery may replace: {@link TokenEmbedding},
 * {@link LearnedPositions}, {@link Dropout}, {@code layers} times {@link DecoderLayer}, {@link LayerNorm},
 * {@link Linear} without bias.
 *
 * <p>Weights are initialized as in GPT-2: normal with standard deviation 0.02, the two projections of each layer that
 * feed the residual stream divided by sqrt(2 · layers), biases 0, gains 1. DJL's default training configuration has no
 * initializer, so these are used; an initializer in the configuration, or set on the block after construction, replaces
 * them.
 */
public final class Gpt extends SequentialBlock {

    private static final double DEVIATION = 0.02;

    private final Settings settings;

    /** The decoder of the {@code language} workload: bytes, width 384, 6 layers, 6 heads, context 256. */
    public Gpt() {
        this(new Settings());
    }

    public Gpt(Settings settings) {
        this.settings = settings;
        add(new TokenEmbedding(settings.vocabulary(), settings.width()));
        add(new LearnedPositions(settings.maxContext(), settings.width()));
        add(Dropout.builder().optRate((float) settings.dropout()).build());
        for (int layer = 0; layer < settings.layers(); layer++) {
            add(new DecoderLayer(settings));
        }
        add(LayerNorm.builder().axis(2).build());
        Linear head =
                Linear.builder().setUnits(settings.vocabulary()).optBias(false).build();
        head.setInitializer(normal(1), Parameter.Type.WEIGHT);
        add(head);
    }

    public Settings settings() {
        return settings;
    }

    /** A {@link Linear} with bias whose weights start with GPT-2's standard deviation times {@code scale}. */
    static Linear linear(long units, double scale) {
        Linear linear = Linear.builder().setUnits(units).build();
        linear.setInitializer(normal(scale), Parameter.Type.WEIGHT);
        return linear;
    }

    /** The weight of an embedding, (rows, width). */
    static Parameter table(int rows, int width) {
        return Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(rows, width))
                .optInitializer(normal(1))
                .build();
    }

    /** Normal initialization with GPT-2's standard deviation times {@code scale}. */
    static NormalInitializer normal(double scale) {
        return new NormalInitializer((float) (DEVIATION * scale));
    }

    /** The factor on the initial weights of a projection into the residual stream, for a number of layers. */
    static double residualScale(int layers) {
        return 1 / Math.sqrt(2.0 * layers);
    }

    /**
     * The sizes of a {@link Gpt}.
     *
     * @param vocabulary number of different ids
     * @param width numbers per position in the residual stream, a multiple of {@code heads}
     * @param layers number of decoder layers
     * @param heads attention heads per layer
     * @param maxContext longest sequence, in positions
     * @param dropout rate in [0, 1), on the embeddings, the attention weights and both residual branches
     */
    public record Settings(int vocabulary, int width, int layers, int heads, int maxContext, double dropout) {

        public Settings {
            Sizes.requirePositive("vocabulary", vocabulary);
            Sizes.requirePositive("width", width);
            Sizes.requirePositive("layers", layers);
            Sizes.requirePositive("heads", heads);
            Sizes.requirePositive("maxContext", maxContext);
            Sizes.requireMultiple(width, heads);
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException(
                        "dropout must be at least 0 and below 1, got %s: 0 turns it off".formatted(dropout));
            }
        }

        /** Bytes, width 384, 6 layers, 6 heads, context 256, no dropout: 10.9 million parameters. */
        public Settings() {
            this(256, 384, 6, 6, 256, 0.0);
        }

        public Settings withDropout(double rate) {
            return new Settings(vocabulary, width, layers, heads, maxContext, rate);
        }

        /** Width of one head: {@code width / heads}. */
        public int headWidth() {
            return width / heads;
        }

        /**
         * Number of trained values. A layer has 12·width² weights (4 in attention, 8 in the feed-forward) and 13·width
         * biases and gains; there are also two embeddings, the last norm and the head.
         */
        public long parameterCount() {
            long w = width;
            return layers * (12 * w * w + 13 * w) + (2L * vocabulary + maxContext) * w + 2 * w;
        }
    }
}
