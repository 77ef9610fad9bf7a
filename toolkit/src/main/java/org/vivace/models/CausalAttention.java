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
 * <p>Written for speed in plain DJL: heads are folded into the batch so that the products run without further copies,
 * the queries are scaled because they are smaller than the scores, and mask and scale never cross from host to device in
 * a step, as {@code NDArray.mul(Number)} would.
 */
public final class CausalAttention extends AbstractBlock {

    private static final byte VERSION = 1;

    private final double dropoutRate;

    public CausalAttention(double dropoutRate) {
        super(VERSION);
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
        NDArray q = inputs.get(0);
        Shape shape = q.getShape();
        NDList weights = new NDList(weights(q, inputs.get(1)));
        NDArray dropped =
                children.valueAt(0).forward(store, weights, training, params).singletonOrThrow();
        try (NDArray values = foldHeads(inputs.get(2));
                NDArray mixed = dropped.batchMatMul(values)) {
            return new NDList(mixed.reshape(shape));
        }
    }

    private static NDArray weights(NDArray q, NDArray k) {
        NDManager manager = q.getManager();
        float scale = (float) (1 / Math.sqrt((double) q.getShape().get(3)));
        long time = q.getShape().get(2);
        // Closed at once: autograd keeps what it needs, and the memory of the scores is free for the next operation.
        try (NDArray factor = manager.full(new Shape(), scale, DataType.FLOAT32, q.getDevice());
                NDArray queries = foldHeads(q);
                NDArray scaled = queries.mul(factor);
                NDArray keys = foldHeads(k);
                NDArray transposed = keys.transpose(0, 2, 1);
                NDArray scores = scaled.batchMatMul(transposed);
                NDArray mask = CausalMask.view(manager, q.getDevice(), time)) {
            return scores.addi(mask).softmax(-1);
        }
    }

    private static NDArray foldHeads(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3));
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
