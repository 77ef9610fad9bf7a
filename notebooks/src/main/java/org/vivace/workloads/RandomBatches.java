package org.vivace.workloads;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.StackBatchifier;
import java.util.List;
import java.util.stream.IntStream;
import org.vivace.datasets.ResumableDataset;

/**
 * Batches of random numbers, different in each epoch.
 *
 * @param inputs the shapes of a batch
 * @param ids whether inputs are integers, 0 or 1, instead of normally distributed numbers
 * @param size examples in a batch
 * @param classes labels are integers below this
 */
record RandomBatches(List<Shape> inputs, boolean ids, int size, int classes) implements ResumableDataset {

    private static final int BATCHES = 8;

    @Override
    public int batches() {
        return BATCHES;
    }

    @Override
    public Iterable<Batch> from(NDManager manager, int firstBatch) {
        if (firstBatch < 0 || firstBatch > BATCHES) {
            throw new IllegalArgumentException(
                    "the first batch must be 0 to " + BATCHES + ", got " + firstBatch + ": enter an epoch within it");
        }
        return () -> IntStream.range(firstBatch, BATCHES)
                .mapToObj(place -> batch(manager, place))
                .iterator();
    }

    private Batch batch(NDManager manager, int place) {
        NDManager own = manager.newSubManager();
        NDList data = new NDList();
        for (Shape shape : inputs) {
            data.add(ids ? own.randomInteger(0, 2, shape, DataType.INT64) : own.randomNormal(shape));
        }
        NDArray labels = own.randomInteger(0, classes, new Shape(size), DataType.INT64);
        StackBatchifier stacked = new StackBatchifier();
        return new Batch(own, data, new NDList(labels), size, stacked, stacked, place, BATCHES);
    }
}
