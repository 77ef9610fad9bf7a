package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.vivace.train.Sample;

/** A sample whose arrays have a time axis, the second axis of the first data array; cuts along that axis. */
record Sequences(Sample sample, long time) {

    static Sequences of(Sample sample) {
        NDList data = sample.data();
        if (data.isEmpty() || data.head().getShape().dimension() < 2) {
            throw new IllegalArgumentException("SequenceLengthWarmup found no sequence axis: expected data of shape"
                    + " (batch, time, …), got "
                    + (data.isEmpty() ? "none" : data.head().getShape().toString())
                    + ": drop the method or give it sequences");
        }
        return new Sequences(sample, data.head().getShape().get(1));
    }

    Sample truncate(long length) {
        requireWithin(length);
        UnaryOperator<NDArray> start = array -> hasTime(array) ? first(array, length) : array;
        return new Sample(each(sample.data(), start), each(sample.labels(), start));
    }

    Sample segment(long length) {
        requireWithin(length);
        return new Sample(
                each(sample.data(), array -> pieces("data", array, length)),
                each(sample.labels(), array -> pieces("labels", array, length)));
    }

    private void requireWithin(long length) {
        if (length < 1 || length > time) {
            throw new IllegalArgumentException("SequenceLengthWarmup: expected a length from 1 to " + time
                    + " (the sequences' own), got " + length);
        }
    }

    private boolean hasTime(NDArray array) {
        return array.getShape().dimension() >= 2 && array.getShape().get(1) == time;
    }

    private static NDList each(NDList arrays, UnaryOperator<NDArray> change) {
        NDList result = new NDList(arrays.size());
        for (NDArray array : arrays) {
            NDArray changed = change.apply(array);
            changed.setName(array.getName());
            result.add(changed);
        }
        return result;
    }

    private static NDArray first(NDArray array, long length) {
        return array.get(new NDIndex().addAllDim().addSliceDim(0, length));
    }

    private NDArray pieces(String what, NDArray array, long length) {
        Shape shape = array.getShape();
        if (!hasTime(array)) {
            throw new IllegalArgumentException("SequenceLengthWarmup: expected " + what + " of shape (batch, " + time
                    + ", …), one entry for each position, to cut them into segments, got " + shape
                    + ": use the mode TRUNCATE");
        }
        long pieces = time / length;
        Shape cut = new Shape(shape.get(0) * pieces, length).addAll(shape.slice(2));
        try (NDArray whole = first(array, pieces * length)) {
            return whole.reshape(cut);
        }
    }
}
