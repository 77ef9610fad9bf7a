package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.index.full.NDIndexFullTake;

/** Indexing of arrays without values. */
final class SymbolicIndexer extends NDArrayIndexer {

    private final SymbolicOwner manager;

    SymbolicIndexer(SymbolicOwner manager) {
        this.manager = manager;
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullPick pick) {
        NDArray picked = array.gather(picked(array, pick), pick.getAxis());
        picked.attach(manager.proxy());
        return picked;
    }

    // DJL picks by an index with the array's rank, whose last axis may be missing.
    private static NDArray picked(NDArray array, NDIndexFullPick pick) {
        NDArray indices = pick.getIndices();
        return indices.getShape().dimension() < array.getShape().dimension()
                ? indices.expandDims(pick.getAxis())
                : indices;
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullTake take) {
        throw new UnknownOperationException("an index by an array", "the model");
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullSlice slice) {
        throw new UnknownOperationException("an index made beforehand", "the model");
    }

    @Override
    public void set(NDArray array, NDIndexFullSlice slice, NDArray value) {
        throw new UnknownOperationException("an assignment to a part of an array", "the model");
    }

    @Override
    public void set(NDArray array, NDIndexFullSlice slice, Number value) {
        throw new UnknownOperationException("an assignment to a part of an array", "the model");
    }
}
