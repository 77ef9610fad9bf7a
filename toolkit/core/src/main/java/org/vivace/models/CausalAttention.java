package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * {@code dropout(softmax(q·kᵀ / sqrt(headWidth) + mask)) · v} with a causal mask (Vaswani et al. 2017, arXiv:1706.03762).
 *
 * <p>Takes three arrays (q, k, v), each (batch, heads, time, headWidth), and returns one of that shape. It has no
 * parameters; its only child is the {@link Dropout} on the attention weights.
 *
 * <p>Written for speed in plain DJL: the products run without further copies, and mask and scale are never copied from
 * host to device in a step.
 */
public final class CausalAttention extends AbstractBlock {

    private final double dropoutRate;

    public CausalAttention(double dropoutRate) {
        this.dropoutRate = dropoutRate;
        addChildBlock("dropout", Dropout.builder().optRate((float) dropoutRate).build());
    }

    /** Share of the attention weights that are zeroed in training, in [0, 1). */
    public double dropoutRate() {
        return dropoutRate;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDList weights = new NDList(weights(inputs.get(0), inputs.get(1)));
        NDArray dropped =
                children.valueAt(0).forward(store, weights, training, params).singletonOrThrow();
        return new NDList(AttentionWeights.mix(dropped, inputs.get(2)));
    }

    private static NDArray weights(NDArray q, NDArray k) {
        long time = q.getShape().get(2);
        try (NDArray mask = CausalMask.view(q.getManager(), q.getDevice(), time)) {
            return AttentionWeights.of(q, k, mask);
        }
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape head = inputShapes[0];
        Shape weights = new Shape(head.get(0) * head.get(1), head.get(2), head.get(2));
        children.valueAt(0).initialize(manager, dataType, weights);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
