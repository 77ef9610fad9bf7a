package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * {@code softmax(q·kᵀ / sqrt(headWidth) + mask) · v}, where every position attends to the same keys: those of its text
 * that are not padding (Vaswani et al. 2017, arXiv:1706.03762, encoder).
 *
 * <p>Takes four arrays: q, k and v, each (batch, heads, time, headWidth), and BOOLEAN (batch, 1, 1, time), true for
 * visible keys. Returns q's shape, 0 for an example without any visible key. It has neither parameters nor children.
 */
public final class MaskedAttention extends AbstractBlock {

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray q = inputs.get(0);
        NDArray seen = inputs.get(3);
        try (NDArray found = found(seen);
                NDArray mask = additive(seen, found, q.getShape());
                NDArray weights = AttentionWeights.of(q, inputs.get(1), mask);
                NDArray share = shareOf(found, q.getShape())) {
            return new NDList(AttentionWeights.mix(weights, inputs.get(2), share));
        }
    }

    /** The number of visible keys of each example, (batch, 1, 1, 1). */
    private static NDArray found(NDArray seen) {
        try (NDArray ones = seen.toType(DataType.FLOAT32, false)) {
            return ones.sum(new int[] {3}, true);
        }
    }

    // The logarithm of 1 and 0: 0 for a visible key, minus infinity elsewhere; but 0 everywhere if no key is visible,
    // since a softmax over nothing would be NaN.
    private static NDArray additive(NDArray seen, NDArray found, Shape q) {
        try (NDArray zero = seen.getManager().zeros(new Shape(), DataType.FLOAT32, seen.getDevice());
                NDArray none = found.eq(zero);
                NDArray keys = seen.logicalOr(none);
                NDArray share = keys.toType(DataType.FLOAT32, false);
                NDArray mask = share.log()) {
            return everyHead(mask, q, q.get(2));
        }
    }

    /** 1 for each head of an example with a visible key, 0 for each head of an example without one. */
    private static NDArray shareOf(NDArray found, Shape q) {
        try (NDArray one = found.getManager().ones(new Shape(), DataType.FLOAT32, found.getDevice());
                NDArray share = found.minimum(one)) {
            return everyHead(share, q, 1);
        }
    }

    private static NDArray everyHead(NDArray array, Shape q, long last) {
        try (NDArray everyHead = array.broadcast(new Shape(q.get(0), q.get(1), 1, last))) {
            return everyHead.reshape(q.get(0) * q.get(1), 1, last);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
