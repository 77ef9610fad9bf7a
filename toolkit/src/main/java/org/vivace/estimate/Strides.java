package org.vivace.estimate;

import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/** Where the elements of an array lie in its memory, as libtorch reckons it. */
final class Strides {

    private Strides() {}

    static long[] dense(Shape shape) {
        long[] strides = new long[shape.dimension()];
        long next = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= Math.max(1, shape.get(i));
        }
        return strides;
    }

    static boolean isDense(Shape shape, long[] strides) {
        long[] dense = dense(shape);
        for (int i = 0; i < dense.length; i++) {
            if (shape.get(i) != 1 && dense[i] != strides[i]) {
                return false;
            }
        }
        return true;
    }

    static long[] permute(long[] values, int... order) {
        long[] permuted = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            permuted[i] = values[order[i]];
        }
        return permuted;
    }

    /**
     * The strides of a view of the new shape, or nothing where the elements have to be copied: axes can be split at will,
     * but merged only where they lie one behind the other.
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
