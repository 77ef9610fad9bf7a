package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * The mean over the positions that hold a text: x (batch, time, width) and BOOLEAN (batch, time), true where there is
 * text, to (batch, width). The mean over no positions is 0.
 */
public final class MaskedMean extends AbstractBlock {

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray x = inputs.get(0);
        NDManager manager = x.getManager();
        int[] time = {1};
        // 0s, 1s and counts are exact in FLOAT32, for any precision of x.
        try (NDArray text = inputs.get(1).toType(DataType.FLOAT32, false);
                NDArray column = text.expandDims(2);
                NDArray kept = x.mul(column);
                NDArray sum = kept.sum(time);
                NDArray found = text.sum(time, true);
                NDArray one = manager.ones(new Shape(), DataType.FLOAT32, x.getDevice());
                NDArray count = found.maximum(one)) {
            return new NDList(sum.div(count));
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape x = inputShapes[0];
        return new Shape[] {new Shape(x.get(0), x.get(2))};
    }
}
