package org.vivace.datasets;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import java.util.concurrent.ExecutorService;

/**
 * A data set that can be entered in the middle of an epoch without building what comes before.
 *
 * <p>All randomness of an epoch is one draw from DJL's random generator at the moment {@code iterator()} is called, so
 * the same {@link ai.djl.engine.Engine#setRandomSeed(int) seed} before it gives the same batches, wherever one enters.
 *
 * <p>Every batch has a sub-manager of its own below the given manager: {@link Batch#close()} frees all it holds. The
 * given manager stays open at the end of an epoch, and batches that nobody closed stay with it.
 */
public interface ResumableDataset extends Dataset {

    /** Returns the number of batches of one epoch. */
    int batches();

    /**
     * Returns the batches of one epoch from {@code firstBatch} on.
     *
     * @param manager the parent of the batches' managers; its device is where the arrays are put
     * @param firstBatch how many batches to leave out, 0 to {@link #batches()}
     * @return the rest of the epoch; each {@code iterator()} draws a new order
     * @throws IllegalArgumentException if {@code firstBatch} is out of range
     */
    Iterable<Batch> from(NDManager manager, int firstBatch);

    @Override
    default Iterable<Batch> getData(NDManager manager) {
        return from(manager, 0);
    }

    /** Builds each batch on the calling thread, as a batch costs less than handing it over: the executor is not used. */
    @Override
    default Iterable<Batch> getData(NDManager manager, ExecutorService executor) {
        return from(manager, 0);
    }

    /** Does nothing: the data are in memory when the object exists. */
    @Override
    default void prepare(Progress progress) {}
}
