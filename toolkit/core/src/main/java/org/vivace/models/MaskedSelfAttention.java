package org.vivace.models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Multi-head self-attention in which a position attends to every position of its text that is not padding: x (batch,
 * time, width) and the BOOLEAN mask of {@link MaskedAttention} to x's shape.
 *
 * <p>Its children, in order: {@link Linear} to 3 · width for queries, keys and values; {@link MaskedAttention};
 * {@link Linear} back to width. A fused attention replaces the second child and nothing else.
 */
public final class MaskedSelfAttention extends AbstractBlock {

    private final Heads heads;

    public MaskedSelfAttention(Encoder.Settings settings) {
        heads = new Heads(settings.heads(), settings.width() / settings.heads());
        addChildBlock("qkv", Gpt.linear(3L * settings.width(), 1));
        addChildBlock("attention", new MaskedAttention());
        addChildBlock("projection", Gpt.linear(settings.width(), Gpt.residualScale(settings.layers())));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        return heads.attend(children, store, inputs, training, params);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        heads.initialize(children, manager, dataType, inputShapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
