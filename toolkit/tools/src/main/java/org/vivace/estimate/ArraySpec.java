package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** An input array of a model: its shape, batch axis first, and its type. */
public record ArraySpec(Shape shape, DataType type) {

    /** @throws IllegalArgumentException if a side is not positive */
    public ArraySpec {
        for (int i = 0; i < shape.dimension(); i++) {
            if (shape.get(i) < 1) {
                throw new IllegalArgumentException("expected an input whose sides are at least 1, got " + shape
                        + (i == 0 ? ": give a batch of at least 1" : ": give the size of axis " + i));
            }
        }
    }

    public static ArraySpec float32(long... sides) {
        return new ArraySpec(new Shape(sides), DataType.FLOAT32);
    }

    public static ArraySpec int64(long... sides) {
        return new ArraySpec(new Shape(sides), DataType.INT64);
    }

    /** The same with another number of rows. */
    ArraySpec withBatch(long batch) {
        return new ArraySpec(new Shape(batch).addAll(shape.slice(1)), type);
    }

    long bytes() {
        return shape.size() * type.getNumOfBytes();
    }
}
