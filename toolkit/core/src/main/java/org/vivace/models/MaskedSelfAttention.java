package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Multi-head self-attention in which a position sees every position of its text that is not padding: x (batch, time,
 * width) and the BOOLEAN mask of {@link MaskedAttention} to x's shape.
 *
 * <p>Its children, in order: {@link Linear} to 3 · width for queries, keys and values; {@link MaskedAttention};
 * {@link Linear} back to width. A fused attention replaces the second child and nothing else.
 */
public final class MaskedSelfAttention extends AbstractBlock {

    private static final byte VERSION = 1;
    private static final int QKV = 0;
    private static final int ATTENTION = 1;
    private static final int PROJECTION = 2;

    private final Heads heads;

    public MaskedSelfAttention(Encoder.Settings settings) {
        super(VERSION);
        heads = new Heads(settings.heads(), settings.width() / settings.heads());
        addChildBlock("qkv", Gpt.linear(3L * settings.width(), 1));
        addChildBlock("attention", new MaskedAttention());
        addChildBlock("projection", Gpt.linear(settings.width(), Gpt.residualScale(settings.layers())));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDList x = new NDList(inputs.get(0));
        NDArray qkv = child(QKV).forward(store, x, training, params).singletonOrThrow();
        NDList parts = heads.split(qkv);
        parts.add(inputs.get(1));
        NDArray mixed = child(ATTENTION).forward(store, parts, training, params).singletonOrThrow();
        return child(PROJECTION).forward(store, new NDList(heads.join(mixed)), training, params);
    }

    private Block child(int index) {
        return children.valueAt(index);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape x = inputShapes[0];
        Shape head = heads.part(x);
        child(QKV).initialize(manager, dataType, x);
        child(ATTENTION).initialize(manager, dataType, head, head, head, inputShapes[1]);
        child(PROJECTION).initialize(manager, dataType, x);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
