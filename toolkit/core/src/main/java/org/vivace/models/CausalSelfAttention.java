package org.vivace.models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Multi-head self-attention in which a position attends to itself and earlier positions, (batch, time, width) to the
 * same shape.
 *
 * <p>Its children, in order: {@link Linear} to 3 · width for queries, keys and values; {@link CausalAttention}, which
 * takes them as (batch, heads, time, headWidth) each and returns that shape; {@link Linear} back to width;
 * {@link Dropout}. A fused attention replaces the second child and nothing else.
 */
public final class CausalSelfAttention extends AbstractBlock {

    private static final int DROPOUT = 3;

    private final Heads heads;

    public CausalSelfAttention(Gpt.Settings settings) {
        heads = new Heads(settings.heads(), settings.headWidth());
        addChildBlock("qkv", Gpt.linear(3L * settings.width(), 1));
        addChildBlock("attention", new CausalAttention(settings.dropout()));
        addChildBlock("projection", Gpt.linear(settings.width(), Gpt.residualScale(settings.layers())));
        addChildBlock(
                "dropout", Dropout.builder().optRate((float) settings.dropout()).build());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDList attended = heads.attend(children, store, inputs, training, params);
        return children.valueAt(DROPOUT).forward(store, attended, training, params);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        heads.initialize(children, manager, dataType, inputShapes);
        children.valueAt(DROPOUT).initialize(manager, dataType, inputShapes[0]);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
