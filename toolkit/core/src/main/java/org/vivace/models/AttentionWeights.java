package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * The products around an attention's softmax, with the heads folded into the batch so that they run without further
 * copies.
 *
 * <p>The queries are scaled because they are smaller than the scores, and the scale is never copied from host to device
 * in a step, as {@code NDArray.mul(Number)} would do.
 */
final class AttentionWeights {

    private AttentionWeights() {}

    /**
     * {@code softmax(q·kᵀ / sqrt(headWidth) + mask)}.
     *
     * @param q shape (batch, heads, time, headWidth)
     * @param k shape (batch, heads, time, headWidth)
     * @param mask broadcastable to (batch · heads, time, time)
     * @return shape (batch · heads, time, time)
     */
    static NDArray of(NDArray q, NDArray k, NDArray mask) {
        NDManager manager = q.getManager();
        float scale = (float) (1 / Math.sqrt((double) q.getShape().get(3)));
        // Closed at once: autograd keeps what it needs, and the memory of the scores is free for the next operation.
        try (NDArray factor = manager.full(new Shape(), scale, DataType.FLOAT32, q.getDevice());
                NDArray queries = foldHeads(q);
                NDArray scaled = queries.mul(factor);
                NDArray keys = foldHeads(k);
                NDArray transposed = keys.transpose(0, 2, 1);
                NDArray scores = scaled.batchMatMul(transposed)) {
            return scores.addi(mask).softmax(-1);
        }
    }

    /**
     * {@code weights · v}.
     *
     * @param weights shape (batch · heads, time, time)
     * @param v shape (batch, heads, time, headWidth)
     * @return v's shape
     */
    static NDArray mix(NDArray weights, NDArray v) {
        try (NDArray values = foldHeads(v);
                NDArray mixed = weights.batchMatMul(values)) {
            return mixed.reshape(v.getShape());
        }
    }

    /**
     * {@code share · weights · v}.
     *
     * @param share shape (batch · heads, 1, 1)
     */
    static NDArray mix(NDArray weights, NDArray v, NDArray share) {
        try (NDArray values = foldHeads(v);
                NDArray mixed = weights.batchMatMul(values)) {
            // In place, which keeps the precision.
            return mixed.muli(share).reshape(v.getShape());
        }
    }

    private static NDArray foldHeads(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3));
    }
}
