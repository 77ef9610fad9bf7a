package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * {@code softmax(q·kᵀ / sqrt(headWidth) + mask) · v}, where every position sees the same keys: those of its text that are
 * not padding (Vaswani et al. 2017, arXiv:1706.03762, encoder).
 *
 * <p>Takes four arrays: q, k and v, each (batch, heads, time, headWidth), and BOOLEAN (batch, 1, 1, time), true for the
 * keys to be seen, at least one in each row. Returns q's shape. It has neither parameters nor children.
 */
public final class MaskedAttention extends AbstractBlock {

    private static final byte VERSION = 1;

    public MaskedAttention() {
        super(VERSION);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        try (NDArray mask = additive(inputs.get(3), inputs.get(0).getShape());
                NDArray weights = AttentionWeights.of(inputs.get(0), inputs.get(1), mask)) {
            return new NDList(AttentionWeights.mix(weights, inputs.get(2)));
        }
    }

    // The logarithm of 1 and 0: 0 where a key is seen, minus infinity elsewhere.
    private static NDArray additive(NDArray seen, Shape q) {
        long batch = q.get(0);
        long heads = q.get(1);
        long time = q.get(2);
        try (NDArray share = seen.toType(DataType.FLOAT32, false);
                NDArray mask = share.log();
                NDArray everyHead = mask.broadcast(new Shape(batch, heads, 1, time))) {
            return everyHead.reshape(batch * heads, 1, time);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
