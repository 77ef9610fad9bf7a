package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Adds a learned vector for each position: (batch, time, width) to the same shape, for any time up to the maximum; a
 * longer one throws an {@link IllegalArgumentException}.
 */
public final class LearnedPositions extends AbstractBlock {

    private final Parameter weight;

    public LearnedPositions(int maxContext, int width) {
        weight = addParameter(Gpt.table(maxContext, width));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray x = inputs.singletonOrThrow();
        long time = x.getShape().get(1);
        requireFits(time);
        NDArray table = store.getValue(weight, x.getDevice(), training);
        // A view that belongs to x's manager; on the table's manager it would stay until the model closes.
        try (NDArray positions = table.get(x.getManager(), new NDIndex().addSliceDim(0, time))) {
            return new NDList(x.add(positions));
        }
    }

    private void requireFits(long time) {
        long maxContext = weight.getShape().get(0);
        if (time > maxContext) {
            throw new IllegalArgumentException(
                    "sequence length must be at most %d (the model's maximum), got %d: shorten the sequences or raise maxContext"
                            .formatted(maxContext, time));
        }
    }

    @Override
    protected void beforeInitialize(Shape... inputShapes) {
        super.beforeInitialize(inputShapes);
        requireFits(inputShapes[0].get(1));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
