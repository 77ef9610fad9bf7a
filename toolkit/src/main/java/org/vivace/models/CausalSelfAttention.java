package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Multi-head self-attention in which a position sees itself and the positions before it, (batch, time, width) to the same
 * shape.
 *
 * <p>Its children, in order: {@link Linear} to 3 · width for queries, keys and values; {@link CausalAttention}, which
 * takes them as (batch, heads, time, headWidth) each and returns that shape; {@link Linear} back to width;
 * {@link Dropout}. A fused attention replaces the second child and nothing else.
 */
public final class CausalSelfAttention extends AbstractBlock {

    private static final byte VERSION = 1;
    private static final int QKV = 0;
    private static final int ATTENTION = 1;
    private static final int PROJECTION = 2;
    private static final int DROPOUT = 3;

    private final int heads;
    private final int headWidth;

    public CausalSelfAttention(Gpt.Settings settings) {
        super(VERSION);
        heads = settings.heads();
        headWidth = settings.headWidth();
        addChildBlock("qkv", Gpt.linear(3L * settings.width(), 1));
        addChildBlock("attention", new CausalAttention(settings.dropout()));
        addChildBlock("projection", Gpt.linear(settings.width(), settings.residualScale()));
        addChildBlock(
                "dropout", Dropout.builder().optRate((float) settings.dropout()).build());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        Shape shape = inputs.singletonOrThrow().getShape();
        long batch = shape.get(0);
        long time = shape.get(1);
        NDArray qkv = child(QKV).forward(store, inputs, training, params).singletonOrThrow();
        NDList parts = split(qkv, batch, time);
        NDArray mixed = child(ATTENTION).forward(store, parts, training, params).singletonOrThrow();
        NDArray joined = mixed.transpose(0, 2, 1, 3).reshape(batch, time, (long) heads * headWidth);
        NDList projected = child(PROJECTION).forward(store, new NDList(joined), training, params);
        return child(DROPOUT).forward(store, projected, training, params);
    }

    // Split while the heads are an axis of their own: the gradients of the three parts are then copied once on the way
    // back, not twice, and all three results are views.
    private NDList split(NDArray qkv, long batch, long time) {
        NDList parts = new NDList(3);
        for (NDArray part : qkv.reshape(batch, time, 3L * heads, headWidth).split(3, 2)) {
            parts.add(part.transpose(0, 2, 1, 3));
        }
        return parts;
    }

    private Block child(int index) {
        return children.valueAt(index);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape x = inputShapes[0];
        Shape head = new Shape(x.get(0), heads, x.get(1), headWidth);
        child(QKV).initialize(manager, dataType, x);
        child(ATTENTION).initialize(manager, dataType, head, head, head);
        child(PROJECTION).initialize(manager, dataType, x);
        child(DROPOUT).initialize(manager, dataType, x);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
