package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.UnaryOperator;

/** Two blocks and, between them, code of its own that no block around it is made of. */
final class Through extends AbstractBlock {

    private final Block first;
    private final UnaryOperator<NDArray> between;
    private final Block second;

    Through(Block first, UnaryOperator<NDArray> between, Block second) {
        this.first = addChildBlock(first.getClass().getSimpleName(), first);
        this.between = between;
        this.second = addChildBlock(second.getClass().getSimpleName(), second);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray hidden = first.forward(store, inputs, training).head();
        return second.forward(store, new NDList(between.apply(hidden)), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
        return second.getOutputShapes(first.getOutputShapes(shapes));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
        first.initialize(manager, type, shapes);
        second.initialize(manager, type, first.getOutputShapes(shapes));
    }
}
