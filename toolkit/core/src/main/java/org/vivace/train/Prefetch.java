package org.vivace.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Copy;

/**
 * The batches of an epoch, each loaded in host memory by the step before it, when that step's passes are queued on the
 * GPU and the host would only wait for them, and copied to the GPU from pinned memory. One thread does all, so a batch
 * gets the random numbers that it would get without, unless something else draws some between two steps, and a run is
 * resumed as without.
 */
final class Prefetch implements Iterator<Batch> {

    /** An epoch of a data set, with its arrays on the given manager. */
    @FunctionalInterface
    interface Epoch {
        Iterable<Batch> of(NDManager manager) throws IOException, TranslateException;
    }

    private final Run run;
    private final NDManager owner;
    private final NDManager host;
    private final Iterator<Batch> loading;
    private @Nullable Batch ahead;
    private @Nullable RuntimeException failure;

    private Prefetch(Run run, NDManager owner, NDManager host, Iterator<Batch> loading) {
        this.run = run;
        this.owner = owner;
        this.host = host;
        this.loading = loading;
    }

    /** @param owner of the batches, on the run's device */
    static Prefetch of(Run run, NDManager owner, Epoch epoch) throws IOException, TranslateException {
        NDManager host = owner.newSubManager(Device.cpu());
        return new Prefetch(run, owner, host, epoch.of(host).iterator());
    }

    /** Loads the next step's batch, unless this is the last step. An error in it is thrown by {@link #next}. */
    void load() {
        long next = run.step() + 1;
        boolean last = next >= run.settings().steps().orElse(Long.MAX_VALUE);
        if (ahead != null || failure != null || last) {
            return;
        }
        run.seeds().forLoading(next);
        try {
            if (loading.hasNext()) {
                ahead = placed(loading.next());
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    @Override
    public boolean hasNext() {
        boolean more = ahead != null || failure != null || loading.hasNext();
        if (!more) {
            host.close();
        }
        return more;
    }

    @Override
    public Batch next() {
        if (failure != null) {
            throw failure;
        }
        if (!hasNext()) {
            throw new NoSuchElementException("expected another batch, got to the end of the data");
        }
        run.loadsFrom(this);
        Batch batch = ahead == null ? placed(loading.next()) : ahead;
        ahead = null;
        return batch;
    }

    /** With arrays of its own: at the end of an epoch DJL closes those that it has handed out. */
    private Batch placed(Batch loaded) {
        NDManager manager = owner.newSubManager();
        try (loaded) {
            return new Batch(
                    manager,
                    placed(loaded.getData(), manager),
                    placed(loaded.getLabels(), manager),
                    loaded.getSize(),
                    Batchifier.STACK,
                    Batchifier.STACK,
                    loaded.getProgress(),
                    loaded.getProgressTotal(),
                    loaded.getIndices());
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private NDList placed(NDList arrays, NDManager manager) {
        NDList placed = new NDList(arrays.size());
        for (NDArray array : arrays) {
            NDArray there = array;
            if (!array.getDevice().equals(manager.getDevice())) {
                there = Copy.fromPinned(array, manager);
                there.setName(array.getName());
            }
            there.attach(manager);
            placed.add(there);
        }
        return placed;
    }
}
