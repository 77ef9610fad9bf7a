package org.vivace.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/** The batches of a workload's data, refused if they do not fit its inputs. */
final class Batches {

    private Batches() {}

    /**
     * One epoch.
     *
     * @throws UncheckedIOException if the data cannot be read
     */
    static Iterable<Batch> of(Workload workload, Dataset data, NDManager manager) {
        Iterable<Batch> batches;
        try {
            batches = data.getData(manager);
        } catch (IOException e) {
            throw new UncheckedIOException("the data of " + workload.name() + " could not be read: " + e, e);
        } catch (TranslateException e) {
            throw new IllegalStateException("the data of " + workload.name() + " could not be read: " + e, e);
        }
        return () -> new Fitting(workload, batches.iterator());
    }

    /** The arrays of a batch. */
    record Kept(NDList data, NDList labels) {}

    /**
     * A batch's arrays, detached from it before it is closed: at the end of an epoch DJL's data sets close all batches
     * that they returned.
     *
     * @param manager that the arrays are attached to
     */
    static Kept kept(Batch batch, NDManager manager) {
        try (batch) {
            Kept kept = new Kept(batch.getData(), batch.getLabels());
            kept.data().attach(manager);
            kept.labels().attach(manager);
            return kept;
        }
    }

    static IllegalArgumentException none(Workload workload) {
        return new IllegalArgumentException("expected a batch of data in " + workload.name()
                + ", found none: give it a data set with at least one full batch");
    }

    /** Checks each batch before the model does, whose error message would be less clear. */
    private record Fitting(Workload workload, Iterator<Batch> batches) implements Iterator<Batch> {

        @Override
        public boolean hasNext() {
            return batches.hasNext();
        }

        @Override
        public Batch next() {
            Batch batch = batches.next();
            int found = batch.getData().size();
            int expected = workload.inputs().size();
            if (found != expected) {
                batch.close();
                throw new IllegalArgumentException("expected " + expected + " arrays of inputs in a batch of "
                        + workload.name() + ", as many as it has input shapes, found " + found
                        + ": give a shape for each");
            }
            return batch;
        }
    }
}
