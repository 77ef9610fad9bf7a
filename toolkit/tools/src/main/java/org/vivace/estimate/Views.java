package org.vivace.estimate;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operations that return views of the same memory. */
final class Views {

    private Views() {}

    static Optional<Object> apply(SymbolicCall call) {
        SymbolicArray x = call.self();
        return switch (call.name()) {
            case "reshape" -> call.arguments()[0] instanceof Shape to ? Rules.one(reshape(call, to)) : Optional.empty();
            case "flatten" -> Rules.one(reshape(call, flattened(call)));
            case "expandDims" -> Rules.one(expanded(call));
            case "squeeze" ->
                call.arguments().length == 1 && call.arguments()[0] instanceof int[] axes
                        ? Rules.one(squeezed(call, axes))
                        : Optional.empty();
            case "transpose" ->
                Rules.one(transposed(
                        call,
                        call.arguments().length == 0
                                ? IntStream.range(0, x.shape().dimension())
                                        .map(i -> x.shape().dimension() - 1 - i)
                                        .toArray()
                                : (int[]) call.arguments()[0]));
            case "swapAxes" -> Rules.one(swapped(call));
            case "broadcast" ->
                call.arguments()[0] instanceof Shape to ? Rules.one(broadcast(call, to)) : Optional.empty();
            case "split" ->
                call.arguments().length == 2
                        ? Rules.list(split(call, SymbolicCall.axis(call.whole(1), x.shape())))
                        : Optional.empty();
            case "stopGradient" -> {
                SymbolicArray same = record(call).views(x, x.shape(), x.strides());
                same.cutGradient();
                yield Rules.one(same);
            }
            case "get" ->
                call.arguments().length == 2
                                && call.arguments()[0] instanceof NDManager to
                                && call.arguments()[1] instanceof NDIndex index
                        ? sliced(call, to, index)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Recording record(SymbolicCall call) {
        return new Recording(OperationKind.VIEW, call.name(), call)
                .reads(call.self())
                .passes();
    }

    private static SymbolicArray reshape(SymbolicCall call, Shape wanted) {
        SymbolicArray x = call.self();
        Shape to = resolved(x.shape(), wanted);
        Optional<long[]> strides = Strides.reshaped(x.shape(), x.strides(), to);
        if (strides.isPresent()) {
            return record(call).views(x, to, strides.get());
        }
        return new Recording(OperationKind.COPY, call.name(), call)
                .reads(x)
                .passes()
                .makes(to, x.type());
    }

    private static Shape resolved(Shape from, Shape wanted) {
        long[] sides = wanted.getShape().clone();
        long known = 1;
        int open = -1;
        for (int i = 0; i < sides.length; i++) {
            if (sides[i] == -1) {
                open = i;
            } else {
                known *= sides[i];
            }
        }
        if (open >= 0) {
            sides[open] = known == 0 ? 0 : from.size() / known;
        }
        Shape to = new Shape(sides);
        if (to.size() != from.size()) {
            throw new RefusedOperationException("reshape: expected as many elements as " + from + " has, got " + wanted
                    + ": check the input shapes against the model");
        }
        return to;
    }

    private static Shape flattened(SymbolicCall call) {
        Shape x = call.self().shape();
        if (call.arguments().length == 0) {
            return new Shape(x.size());
        }
        int from = SymbolicCall.axis(call.whole(0), x);
        int to = SymbolicCall.axis(call.whole(1), x);
        return x.slice(0, from).add(x.slice(from, to + 1).size()).addAll(x.slice(to + 1));
    }

    private static SymbolicArray expanded(SymbolicCall call) {
        SymbolicArray x = call.self();
        int axis = call.whole(0) < 0 ? call.whole(0) + x.shape().dimension() + 1 : call.whole(0);
        List<Long> sides = boxed(x.shape().getShape());
        List<Long> strides = boxed(x.strides());
        sides.add(axis, 1L);
        strides.add(axis, 1L);
        return record(call).views(x, new Shape(sides), unboxed(strides));
    }

    private static SymbolicArray squeezed(SymbolicCall call, int[] axes) {
        SymbolicArray x = call.self();
        List<Long> sides = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        for (int i = 0; i < x.shape().dimension(); i++) {
            int axis = i;
            // As in libtorch, which keeps an axis of more than one element.
            boolean named = Arrays.stream(axes).anyMatch(given -> SymbolicCall.axis(given, x.shape()) == axis);
            if (!named || x.shape().get(i) != 1) {
                sides.add(x.shape().get(i));
                strides.add(x.strides()[i]);
            }
        }
        return record(call).views(x, new Shape(sides), unboxed(strides));
    }

    private static SymbolicArray swapped(SymbolicCall call) {
        int rank = call.self().shape().dimension();
        int[] order = IntStream.range(0, rank).toArray();
        int one = SymbolicCall.axis(call.whole(0), call.self().shape());
        int other = SymbolicCall.axis(call.whole(1), call.self().shape());
        order[one] = other;
        order[other] = one;
        return transposed(call, order);
    }

    private static SymbolicArray transposed(SymbolicCall call, int[] order) {
        SymbolicArray x = call.self();
        if (order.length != x.shape().dimension()) {
            throw new RefusedOperationException("transpose: expected an order of " + order.length
                    + " axes, got an array of shape " + x.shape() + ": check the input shapes against the model");
        }
        Shape to = new Shape(Strides.permute(x.shape().getShape(), order));
        return record(call).views(x, to, Strides.permute(x.strides(), order));
    }

    private static SymbolicArray broadcast(SymbolicCall call, Shape to) {
        SymbolicArray x = call.self();
        Shape full = Types.broadcast("broadcast", x.shape(), to);
        long[] strides = new long[full.dimension()];
        int added = full.dimension() - x.shape().dimension();
        for (int i = added; i < strides.length; i++) {
            strides[i] = x.shape().get(i - added) == full.get(i) ? x.strides()[i - added] : 0;
        }
        return record(call).views(x, full, strides);
    }

    private static List<SymbolicArray> split(SymbolicCall call, int axis) {
        SymbolicArray x = call.self();
        long size = x.shape().get(axis);
        long[] at = call.arguments()[0] instanceof long[] given
                ? given
                : LongStream.range(1, call.whole(0))
                        .map(i -> i * (size / call.whole(0)))
                        .toArray();
        Recording recording = new Recording(OperationKind.VIEW, call.name(), call).reads(x);
        List<SymbolicArray> parts = new ArrayList<>();
        long from = 0;
        for (int i = 0; i <= at.length; i++) {
            long to = i < at.length ? at[i] : size;
            long[] sides = x.shape().getShape().clone();
            sides[axis] = to - from;
            parts.add(recording.views(x, new Shape(sides), x.strides()));
            from = to;
        }
        return parts;
    }

    private static Optional<Object> sliced(SymbolicCall call, NDManager to, NDIndex index) {
        SymbolicArray x = call.self();
        return NDIndexFullSlice.fromIndex(index, x.shape()).map(slice -> {
            boolean[] dropped = new boolean[x.shape().dimension()];
            for (int axis : slice.getToSqueeze()) {
                dropped[axis] = true;
            }
            List<Long> strides = new ArrayList<>();
            for (int i = 0; i < dropped.length; i++) {
                if (!dropped[i]) {
                    strides.add(x.strides()[i] * slice.getStep()[i]);
                }
            }
            SymbolicArray view = record(call).views(x, slice.getSqueezedShape(), unboxed(strides));
            view.attach(SymbolicOwner.of(to));
            return view.proxy();
        });
    }

    private static List<Long> boxed(long[] values) {
        List<Long> list = new ArrayList<>();
        Arrays.stream(values).forEach(list::add);
        return list;
    }

    private static long[] unboxed(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
