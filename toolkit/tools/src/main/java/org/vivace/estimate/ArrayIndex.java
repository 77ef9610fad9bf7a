package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexNull;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.dim.NDIndexTake;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An index with integer arrays among its parts, with libtorch's semantics: the arrays are broadcast together, and their
 * axes take the place of the first array, or come first if other axes lie between them.
 *
 * @param parts of DJL's index, in their order
 * @param ellipsis the position among the parts at which unindexed axes are kept whole
 */
record ArrayIndex(List<NDIndexElement> parts, int ellipsis) {

    static final String NAME = "index";

    static ArrayIndex of(NDIndex index) {
        int at = index.getEllipsisIndex();
        return new ArrayIndex(
                List.copyOf(index.getIndices()), at < 0 ? index.getIndices().size() : at);
    }

    NDList arrays() {
        NDList arrays = new NDList();
        for (NDIndexElement part : parts) {
            if (part instanceof NDIndexTake take) {
                arrays.add(take.getIndex());
            }
        }
        return arrays;
    }

    /** The same with other arrays, in their order. */
    NDIndex with(NDList arrays) {
        return new NDIndex(described(), arrays.toArray(NDArray[]::new));
    }

    private String described() {
        List<String> words =
                new ArrayList<>(parts.stream().map(ArrayIndex::word).toList());
        if (ellipsis < words.size()) {
            words.add(ellipsis, "...");
        }
        return String.join(", ", words);
    }

    private static String word(NDIndexElement part) {
        if (part instanceof NDIndexSlice slice) {
            return text(slice.getMin()) + ":" + text(slice.getMax())
                    + (slice.getStep() == null ? "" : ":" + slice.getStep());
        } else if (part instanceof NDIndexFixed fixed) {
            return Long.toString(fixed.getIndex());
        }
        return part instanceof NDIndexNull ? "null" : part instanceof NDIndexTake ? "{}" : ":";
    }

    private static String text(Long bound) {
        return bound == null ? "" : bound.toString();
    }

    /** The same text for every index of this form. */
    @Override
    public String toString() {
        return "[" + described() + "]";
    }

    /** @param arrays the shapes of the arrays, in their order */
    Shape of(Shape x, List<Shape> arrays) {
        int whole = x.dimension()
                - (int) parts.stream()
                        .filter(part -> !(part instanceof NDIndexNull))
                        .count();
        if (whole < 0) {
            throw new RefusedOperationException(
                    "index: expected at most " + x.dimension() + " parts for an array of shape " + x + ", got " + this
                            + ": check the input shapes against the model");
        }
        List<Long> sides = new ArrayList<>();
        Shape looked = new Shape();
        int at = -1;
        boolean apart = false;
        int axis = 0;
        int array = 0;
        for (int i = 0; i <= parts.size(); i++) {
            for (int k = 0; i == ellipsis && k < whole; k++) {
                sides.add(x.get(axis++));
            }
            if (i == parts.size()) {
                break;
            }
            NDIndexElement part = parts.get(i);
            if (part instanceof NDIndexTake) {
                apart |= at >= 0 && at != sides.size();
                at = at < 0 ? sides.size() : at;
                looked = Types.broadcast("index", looked, arrays.get(array++));
                axis++;
            } else if (part instanceof NDIndexNull) {
                sides.add(1L);
            } else if (part instanceof NDIndexSlice slice) {
                sides.add(length(slice, x.get(axis++)));
            } else if (part instanceof NDIndexAll) {
                sides.add(x.get(axis++));
            } else {
                axis++;
            }
        }
        List<Long> found = new ArrayList<>();
        for (long side : looked.getShape()) {
            found.add(side);
        }
        sides.addAll(apart || at < 0 ? 0 : at, found);
        return new Shape(sides);
    }

    private static long length(NDIndexSlice slice, long side) {
        long step = slice.getStep() == null ? 1 : slice.getStep();
        long from = place(slice.getMin() == null ? 0 : slice.getMin(), side);
        long to = place(slice.getMax() == null ? side : slice.getMax(), side);
        return Math.max(0, -Math.floorDiv(from - to, step));
    }

    private static long place(long given, long side) {
        return Math.max(0, Math.min(side, given < 0 ? given + side : given));
    }

    /** Every integer below this is a valid index in each of the arrays. */
    long bound(Shape x) {
        long bound = Long.MAX_VALUE;
        int whole = x.dimension()
                - (int) parts.stream()
                        .filter(part -> !(part instanceof NDIndexNull))
                        .count();
        int axis = 0;
        for (int i = 0; i < parts.size(); i++) {
            axis += i == ellipsis ? whole : 0;
            if (parts.get(i) instanceof NDIndexTake) {
                bound = Math.min(bound, x.get(axis));
            }
            axis += parts.get(i) instanceof NDIndexNull ? 0 : 1;
        }
        return bound;
    }
}
