package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * One layer of {@link Encoder}: {@code y = x + attention(norm(x), seen)}, then {@code y + feedForward(norm(y))}, from x
 * (batch, time, width) and the BOOLEAN mask of {@link MaskedAttention} to x's shape.
 *
 * <p>Its children, in order: {@link LayerNorm}, {@link MaskedSelfAttention}, {@link LayerNorm}, {@link FeedForward}. The
 * norms run over the last axis only, with epsilon 1e-5.
 */
public final class EncoderLayer extends AbstractBlock {

    public EncoderLayer(Encoder.Settings settings) {
        addChildBlock("norm", LayerNorm.builder().axis(2).build());
        addChildBlock("attention", new MaskedSelfAttention(settings));
        addChildBlock("norm", LayerNorm.builder().axis(2).build());
        addChildBlock("feedForward", new FeedForward(settings.width(), settings.layers(), 0));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray x = inputs.get(0);
        NDList normed = children.valueAt(0).forward(store, new NDList(x), training, params);
        normed.add(inputs.get(1));
        NDList attended = children.valueAt(1).forward(store, normed, training, params);
        NDArray y = x.add(attended.singletonOrThrow());
        NDList again = children.valueAt(2).forward(store, new NDList(y), training, params);
        NDList fed = children.valueAt(3).forward(store, again, training, params);
        return new NDList(y.add(fed.singletonOrThrow()));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape x = inputShapes[0];
        children.valueAt(0).initialize(manager, dataType, x);
        children.valueAt(1).initialize(manager, dataType, x, inputShapes[1]);
        children.valueAt(2).initialize(manager, dataType, x);
        children.valueAt(3).initialize(manager, dataType, x);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
