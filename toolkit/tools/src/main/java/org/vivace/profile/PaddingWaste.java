package org.vivace.profile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.OptionalDouble;

/** How much of a batch of sequences is padding. */
final class PaddingWaste {

    private PaddingWaste() {}

    /**
     * The share of the positions that repeat the last value of a row up to its end, where it is the same value in all
     * rows that end in a repetition; nothing where the array is no batch of whole numbers of shape (batch, length).
     *
     * <p>That is a guess at what is padding, and a safe one: a text that ends in two equal symbols counts one position
     * too many.
     */
    static OptionalDouble share(NDArray batch) {
        Shape shape = batch.getShape();
        boolean sequences = shape.dimension() == 2 && shape.get(0) > 1 && shape.get(1) > 1;
        if (!sequences || !(batch.getDataType() == DataType.INT64 || batch.getDataType() == DataType.INT32)) {
            return OptionalDouble.empty();
        }
        long[] values = batch.getDataType() == DataType.INT64
                ? batch.toLongArray()
                : Arrays.stream(batch.toIntArray()).asLongStream().toArray();
        int length = Math.toIntExact(shape.get(1));
        Long padding = null;
        long padded = 0;
        for (int row = 0; row < values.length; row += length) {
            int repeated = repeatedAtEnd(values, row, length);
            if (repeated > 1) {
                long value = values[row + length - 1];
                if (padding != null && padding != value) {
                    return OptionalDouble.of(0);
                }
                padding = value;
                padded += repeated;
            }
        }
        return OptionalDouble.of((double) padded / values.length);
    }

    private static int repeatedAtEnd(long[] values, int from, int length) {
        int last = from + length - 1;
        int first = last;
        while (first > from && values[first - 1] == values[last]) {
            first--;
        }
        return last - first + 1;
    }
}
