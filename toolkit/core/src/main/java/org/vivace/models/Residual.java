package org.vivace.models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** {@code x + f(x)}, where f is the chain of the children and keeps x's shape (He et al. 2015, arXiv:1512.03385). */
public final class Residual extends SequentialBlock {

    public Residual(Block... children) {
        for (Block child : children) {
            add(child);
        }
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        return join(inputs, super.forwardInternal(store, inputs, training, params));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList data, NDList labels, PairList<String, Object> params) {
        return join(data, super.forwardInternal(store, data, labels, params));
    }

    // Not in place: a child's result may be a leaf of the graph, or be needed for its own gradient.
    private static NDList join(NDList x, NDList branch) {
        return new NDList(x.singletonOrThrow().add(branch.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
