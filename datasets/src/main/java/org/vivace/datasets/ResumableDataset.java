package org.vivace.datasets;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import java.util.concurrent.ExecutorService;

/**
 * A data set that can start in the middle of an epoch without building the batches before.
 *
 * <p>All randomness of an epoch is one draw from DJL's random generator at the moment {@code iterator()} is called, so
 * the same {@link ai.djl.engine.Engine#setRandomSeed(int) seed} before it gives the same batches, wherever the epoch is
 * started.
 *
 * <p>Every batch has its own sub-manager of the given manager: {@link Batch#close()} frees all its arrays. The given
 * manager stays open at the end of an epoch, and so do batches that were not closed.
 */
public interface ResumableDataset extends Dataset {

    /** Returns the number of batches of one epoch. */
    int batches();

    /**
     * Returns the batches of one epoch from {@code firstBatch} on.
     *
     * @param manager the parent of the batches' managers; the arrays are on its device
     * @param firstBatch the number of batches to skip, 0 to {@link #batches()}
     * @return the rest of the epoch; each {@code iterator()} draws a new order
     * @throws IllegalArgumentException if {@code firstBatch} is out of range
     */
    Iterable<Batch> from(NDManager manager, int firstBatch);

    @Override
    default Iterable<Batch> getData(NDManager manager) {
        return from(manager, 0);
    }

    /**
     * Builds each batch on the calling thread, since building a batch costs less than passing it between threads; the
     * executor is not used.
     */
    @Override
    default Iterable<Batch> getData(NDManager manager, ExecutorService executor) {
        return from(manager, 0);
    }

    /** Does nothing: the data are in memory when the object exists. */
    @Override
    default void prepare(Progress progress) {}
}
