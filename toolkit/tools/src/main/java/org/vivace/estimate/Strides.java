package org.vivace.estimate;

import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/** Strides of arrays, computed as in libtorch. */
final class Strides {

    private Strides() {}

    static long[] dense(Shape shape) {
        return inOrder(shape, IntStream.range(0, shape.dimension()).toArray());
    }

    /** Without gaps, axis {@code order[0]} outermost. */
    static long[] inOrder(Shape shape, int... order) {
        long[] strides = new long[order.length];
        long next = 1;
        for (int i = order.length - 1; i >= 0; i--) {
            strides[order[i]] = next;
            next *= Math.max(1, shape.get(order[i]));
        }
        return strides;
    }

    /** All channels of a pixel adjacent, for (batch, channels, height, width). */
    static long[] nhwc(Shape shape) {
        return inOrder(shape, 0, 2, 3, 1);
    }

    static boolean isNhwc(SymbolicArray array) {
        Shape shape = array.shape();
        return shape.dimension() == 4 && !array.isDense() && same(shape, array.strides(), nhwc(shape));
    }

    /** Without gaps, with the axis order of another array of the same rank; dense if that one repeats elements. */
    static long[] alike(SymbolicArray other, Shape shape) {
        long[] strides = other.strides();
        if (other.isDense() || repeats(other.shape(), strides)) {
            return dense(shape);
        }
        return inOrder(shape, order(strides));
    }

    private static boolean repeats(Shape shape, long[] strides) {
        return IntStream.range(0, strides.length).anyMatch(i -> strides[i] == 0 && shape.get(i) > 1);
    }

    /** The axes from the outermost to the innermost. */
    static int[] order(long[] strides) {
        return IntStream.range(0, strides.length)
                .boxed()
                .sorted(Comparator.comparingLong((Integer axis) -> strides[axis])
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static boolean isDense(Shape shape, long[] strides) {
        return same(shape, strides, dense(shape));
    }

    /** Whether both give the same positions; the stride of an axis of one element is irrelevant. */
    static boolean same(Shape shape, long[] one, long[] other) {
        return IntStream.range(0, one.length).allMatch(i -> shape.get(i) == 1 || one[i] == other[i]);
    }

    static long[] permute(long[] values, int... order) {
        long[] permuted = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            permuted[i] = values[order[i]];
        }
        return permuted;
    }

    /**
     * The strides of a view of the new shape; empty if the elements have to be copied: axes can always be split, but
     * merged only if they are contiguous.
     */
    static Optional<long[]> reshaped(Shape old, long[] oldStrides, Shape now) {
        if (now.size() == 0 || old.dimension() == 0) {
            return Optional.of(dense(now));
        }
        long[] strides = new long[now.dimension()];
        int view = now.dimension() - 1;
        long base = oldStrides[old.dimension() - 1];
        long run = 1;
        long seen = 1;
        for (int axis = old.dimension() - 1; axis >= 0; axis--) {
            run *= old.get(axis);
            boolean ends = axis == 0 || old.get(axis - 1) != 1 && oldStrides[axis - 1] != run * base;
            if (!ends) {
                continue;
            }
            while (view >= 0 && (seen < run || now.get(view) == 1)) {
                strides[view] = seen * base;
                seen *= now.get(view--);
            }
            if (seen != run) {
                return Optional.empty();
            }
            if (axis > 0) {
                base = oldStrides[axis - 1];
                run = 1;
                seen = 1;
            }
        }
        return view == -1 ? Optional.of(strides) : Optional.empty();
    }
}
