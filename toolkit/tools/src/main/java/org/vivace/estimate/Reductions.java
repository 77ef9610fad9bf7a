package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sums, means and other operations over axes, and the softmax. */
final class Reductions {

    private Reductions() {}

    static Optional<Object> apply(SymbolicCall call) {
        SymbolicArray x = call.self();
        Object[] given = call.arguments();
        return switch (call.name()) {
            case "sum", "mean", "max", "min", "prod" -> reduced(call);
            case "argMax", "argMin" ->
                Rules.one(record(call)
                        .makes(
                                given.length == 0 ? new Shape() : without(x.shape(), new int[] {call.whole(0)}, false),
                                DataType.INT64));
            case "cumSum" -> Rules.one(record(call).makes(x.shape(), x.type()));
            case "countNonzero" ->
                given.length == 0 ? Rules.one(record(call).makes(new Shape(), DataType.INT64)) : Optional.empty();
            case "all", "any" -> Rules.one(record(call).makes(new Shape(), DataType.BOOLEAN));
            case "softmax", "logSoftmax" -> Rules.one(softmax(call));
            default -> Optional.empty();
        };
    }

    private static Recording record(SymbolicCall call) {
        return new Recording(OperationKind.REDUCTION, call.name(), call).reads(call.self());
    }

    private static Optional<Object> reduced(SymbolicCall call) {
        SymbolicArray x = call.self();
        Object[] given = call.arguments();
        boolean keep = given.length == 2 && call.flag(1);
        if (given.length > 0 && !(given[0] instanceof int[]) || given.length > 2) {
            return Optional.empty();
        }
        Shape to = given.length == 0 ? new Shape() : without(x.shape(), (int[]) given[0], keep);
        Recording recording = record(call);
        boolean sums = call.name().equals("sum");
        if (!sums && !call.name().equals("mean")) {
            recording.saves(x.storage());
        }
        boolean widens = sums && !Types.isFloating(x.type());
        return Rules.one(recording.makes(to, widens ? DataType.INT64 : x.type()));
    }

    private static Shape without(Shape shape, int[] axes, boolean keep) {
        Set<Integer> gone = new java.util.HashSet<>();
        Arrays.stream(axes).forEach(axis -> gone.add(SymbolicCall.axis(axis, shape)));
        List<Long> sides = new ArrayList<>();
        for (int i = 0; i < shape.dimension(); i++) {
            if (!gone.contains(i)) {
                sides.add(shape.get(i));
            } else if (keep) {
                sides.add(1L);
            }
        }
        return new Shape(sides);
    }

    // Under autocast DJL's softmax requests fp32, for which libtorch first makes a copy.
    private static SymbolicArray softmax(SymbolicCall call) {
        SymbolicArray x = call.self();
        DataType type = Types.isLow(x.type()) ? DataType.FLOAT32 : Types.real(x.type());
        Recording recording = new Recording(OperationKind.SOFTMAX, call.name(), call).reads(x);
        if (type != x.type()) {
            recording.scratch(recording.cast(x, type).bytes());
        }
        return recording.makesAndSaves(x.shape(), type);
    }
}
