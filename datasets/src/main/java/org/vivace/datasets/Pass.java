package org.vivace.datasets;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import ai.djl.util.RandomUtils;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.function.Supplier;

/** One pass over samples in a given order, batch by batch. */
final class Pass implements Iterator<Batch> {

    /** Writes the samples {@code order[from]} to {@code order[to - 1]} into arrays of the manager: data, then labels. */
    @FunctionalInterface
    interface Filler {
        NDList fill(NDManager manager, int[] order, int from, int to);
    }

    enum Order {
        /** Training: every batch full, unless there are fewer samples than one batch. */
        SHUFFLED,
        /** Evaluation: every sample, so the last batch may be smaller. */
        FROM_FRONT;

        int batches(int samples, int batch) {
            return this == SHUFFLED ? Math.max(1, samples / batch) : (samples - 1) / batch + 1;
        }

        /** The order of an epoch; random numbers are drawn only if it is shuffled. */
        int[] indices(int samples, Supplier<Random> random) {
            return this == SHUFFLED ? shuffle(samples, random.get()) : ascending(samples);
        }
    }

    private final NDManager manager;
    private final Filler filler;
    private final int[] order;
    private final int batch;
    private final int total;
    private int done;

    Pass(NDManager manager, Filler filler, int[] order, int batch, int firstBatch, int batches) {
        this.manager = manager;
        this.filler = filler;
        this.order = order;
        this.batch = batch;
        this.total = Math.toIntExact(Math.min(order.length, (long) batches * batch));
        this.done = Math.toIntExact(Math.min(total, (long) firstBatch * batch));
    }

    /**
     * The random generator of one epoch, seeded by a single draw of DJL's, so that building batches later draws
     * nothing.
     */
    static Random newRandom() {
        return new Random(RandomUtils.RANDOM.nextLong());
    }

    /** A permutation of 0 to samples - 1 (Fisher and Yates). */
    static int[] shuffle(int samples, Random random) {
        int[] order = ascending(samples);
        for (int i = samples - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    static int[] ascending(int samples) {
        int[] order = new int[samples];
        for (int i = 0; i < samples; i++) {
            order[i] = i;
        }
        return order;
    }

    static int requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value + ": give a positive number");
        }
        return value;
    }

    /** Returns {@code batches}; {@code firstBatch} must be one of them or right after the last. */
    static int requireInEpoch(int firstBatch, int batches) {
        if (firstBatch < 0 || firstBatch > batches) {
            throw new IllegalArgumentException("firstBatch must be 0 to " + batches + " (the batches of an epoch), got "
                    + firstBatch + ": start inside the epoch");
        }
        return batches;
    }

    static void requireLabels(int[] labels, int classes) {
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("labels must be 0 to " + (classes - 1) + " (" + classes
                        + " classes), got " + labels[i] + " at index " + i
                        + ": correct the label or the number of classes");
            }
        }
    }

    /**
     * Copies the buffer into an array that libtorch owns. On the CPU DJL's own {@code create} shares the direct buffer,
     * which is then freed only when the garbage collector finds it: resident memory would grow by a batch each step.
     */
    static NDArray copy(NDManager manager, ByteBuffer buffer, Shape shape, DataType type) {
        try (NDArray shared = manager.create(buffer, shape, type)) {
            return shared.duplicate();
        }
    }

    @Override
    public boolean hasNext() {
        return done < total;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has " + total + " samples and all were served");
        }
        int to = Math.min(done + batch, total);
        NDManager own = manager.newSubManager();
        try {
            NDList filled = filler.fill(own, order, done, to);
            NDList data = new NDList(filled.get(0));
            NDList labels = new NDList(filled.get(1));
            Batch next = new Batch(own, data, labels, to - done, Batchifier.STACK, Batchifier.STACK, to, total);
            done = to;
            return next;
        } catch (RuntimeException failure) {
            own.close();
            throw failure;
        }
    }
}
