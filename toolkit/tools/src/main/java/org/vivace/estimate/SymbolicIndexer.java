package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexTake;
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

    // DJL's base class supports a single array in an index; its PyTorch engine passes the index to libtorch.
    @Override
    public NDArray get(NDArray array, NDIndex index) {
        return index.getIndices().stream().anyMatch(NDIndexTake.class::isInstance)
                ? Indexing.byArrays(TracedBlocks.symbol(array), index, manager.proxy())
                : super.get(array, index);
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullTake take) {
        NDIndex index = new NDIndex().addAllDim(take.getAxis()).addIndices("{}", take.getIndices());
        return Indexing.byArrays(TracedBlocks.symbol(array), index, manager.proxy());
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
