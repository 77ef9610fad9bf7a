package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A pre-norm transformer encoder that classifies texts of different lengths (Vaswani et al. 2017, arXiv:1706.03762; the
 * norms as in Xiong et al. 2020, arXiv:2002.04745).
 *
 * <p>From ids (batch, time), INT64 or INT32 in 0..vocabulary-1, to logits (batch, classes), FLOAT32. Short texts are
 * padded to time with the padding id; neither the amount of padding nor its learned vector affects a row's logits. Any
 * time from 1 to {@code longest} is accepted; other times throw an {@link IllegalArgumentException}. A row of padding
 * only is a text without tokens: its mean is 0, so its logits are the same in every batch.
 *
 * <p>Its children, in this order, any of which surgery may replace: {@link TokenEmbedding}, {@link LearnedPositions},
 * {@code layers} times {@link EncoderLayer}, {@link MaskedMean} over the positions with text, {@link LayerNorm}, {@link
 * Linear}. Weights are initialized as in {@link Gpt}.
 */
public final class Encoder extends AbstractBlock {

    private static final int TOKENS = 0;
    private static final int POSITIONS = 1;
    private static final int FIRST_LAYER = 2;

    private final Settings settings;

    /** Bytes, width 128, 4 layers, 4 heads, 1024 positions, 2 classes. */
    public Encoder() {
        this(new Settings());
    }

    public Encoder(Settings settings) {
        this.settings = settings;
        addChildBlock("tokens", new TokenEmbedding(settings.vocabulary(), settings.width()));
        addChildBlock("positions", new LearnedPositions(settings.longest(), settings.width()));
        for (int layer = 0; layer < settings.layers(); layer++) {
            addChildBlock("layer", new EncoderLayer(settings));
        }
        addChildBlock("mean", new MaskedMean());
        addChildBlock("norm", LayerNorm.builder().axis(1).build());
        addChildBlock("head", Gpt.linear(settings.classes(), 1));
    }

    public Settings settings() {
        return settings;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray ids = inputs.singletonOrThrow();
        requireFits(ids.getShape());
        NDList x = children.valueAt(TOKENS).forward(store, inputs, training, params);
        x = children.valueAt(POSITIONS).forward(store, x, training, params);
        NDArray text = Padding.text(ids, settings.padding());
        NDArray seen = Padding.seen(text);
        for (int layer = 0; layer < settings.layers(); layer++) {
            NDList masked = new NDList(x.singletonOrThrow(), seen);
            x = children.valueAt(FIRST_LAYER + layer).forward(store, masked, training, params);
        }
        x = mean().forward(store, new NDList(x.singletonOrThrow(), text), training, params);
        x = norm().forward(store, x, training, params);
        return head().forward(store, x, training, params);
    }

    private Block mean() {
        return children.valueAt(FIRST_LAYER + settings.layers());
    }

    private Block norm() {
        return children.valueAt(FIRST_LAYER + settings.layers() + 1);
    }

    private Block head() {
        return children.valueAt(FIRST_LAYER + settings.layers() + 2);
    }

    // The embedding refuses a wrong rank.
    private void requireFits(Shape ids) {
        if (ids.dimension() == 2 && (ids.get(1) < 1 || ids.get(1) > settings.longest())) {
            throw new IllegalArgumentException(
                    "texts must have 1 to %d tokens (the model's longest), got %d: cut them, or raise longest"
                            .formatted(settings.longest(), ids.get(1)));
        }
    }

    @Override
    protected void beforeInitialize(Shape... inputShapes) {
        super.beforeInitialize(inputShapes);
        requireFits(inputShapes[0]);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape ids = inputShapes[0];
        children.valueAt(TOKENS).initialize(manager, dataType, ids);
        Shape x = ids.add(settings.width());
        Shape seen = new Shape(ids.get(0), 1, 1, ids.get(1));
        children.valueAt(POSITIONS).initialize(manager, dataType, x);
        for (int layer = 0; layer < settings.layers(); layer++) {
            children.valueAt(FIRST_LAYER + layer).initialize(manager, dataType, x, seen);
        }
        Shape pooled = new Shape(ids.get(0), settings.width());
        mean().initialize(manager, dataType, x, ids);
        norm().initialize(manager, dataType, pooled);
        head().initialize(manager, dataType, pooled);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), settings.classes())};
    }

    /**
     * The sizes of an {@link Encoder}.
     *
     * @param vocabulary number of different ids, the padding's included
     * @param width numbers per position in the residual stream, a multiple of {@code heads}
     * @param layers number of layers
     * @param heads attention heads per layer
     * @param longest longest text, in tokens
     * @param classes number of classes
     * @param padding the id that fills short texts, in 0..vocabulary-1
     */
    public record Settings(int vocabulary, int width, int layers, int heads, int longest, int classes, int padding) {

        public Settings {
            Sizes.requirePositive("vocabulary", vocabulary);
            Sizes.requirePositive("width", width);
            Sizes.requirePositive("layers", layers);
            Sizes.requirePositive("heads", heads);
            Sizes.requirePositive("longest", longest);
            Sizes.requirePositive("classes", classes);
            Sizes.requireMultiple(width, heads);
            if (padding < 0 || padding >= vocabulary) {
                throw new IllegalArgumentException(
                        "padding must be an id of the vocabulary, 0 to %d, got %d: give the one that fills short texts"
                                .formatted(vocabulary - 1, padding));
            }
        }

        /** With the vocabulary's last id as padding. */
        public Settings(int vocabulary, int width, int layers, int heads, int longest, int classes) {
            this(vocabulary, width, layers, heads, longest, classes, vocabulary - 1);
        }

        /** Bytes and 256 as padding, width 128, 4 layers, 4 heads, 1024 positions, 2 classes: 958 000 parameters. */
        public Settings() {
            this(257, 128, 4, 4, 1024, 2);
        }

        public Settings withPadding(int id) {
            return new Settings(vocabulary, width, layers, heads, longest, classes, id);
        }

        /**
         * Number of trained values. A layer has 12·width² weights (4 in attention, 8 in the feed-forward) and 13·width
         * biases and gains; there are also two embeddings, the last norm and the head with its bias.
         */
        public long parameterCount() {
            long w = width;
            return layers * (12 * w * w + 13 * w) + ((long) vocabulary + longest) * w + 2 * w + (w + 1) * classes;
        }
    }
}
