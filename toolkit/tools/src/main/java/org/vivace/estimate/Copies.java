package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.Precision;

/** Operations that copy values without computing any. */
final class Copies {

    private static final Method TO_TYPE = toType();

    private Copies() {}

    static Optional<Object> apply(SymbolicCall call) {
        SymbolicArray x = call.self();
        return switch (call.name()) {
            case "toType" -> Rules.one(cast(call, call.argument(0, DataType.class)));
            case "toDevice", "toSparse", "toDense" -> Rules.one(x);
            case "duplicate" ->
                call.arguments().length == 0 ? Rules.one(cut(record(call).makesLike(x, x.type()))) : Optional.empty();
            case "zerosLike", "onesLike", "like" ->
                Rules.one(new Recording(OperationKind.COPY, call.name(), call).makes(x.shape(), x.type()));
            case "stack" -> call.internal() ? Rules.one(stack(call)) : Optional.empty();
            case "concat" -> call.internal() ? Rules.one(concat(call)) : Optional.empty();
            case "flip", "repeat", "tile" -> call.arguments().length > 0 ? repeated(call) : Optional.empty();
            case "where" -> call.internal() ? Rules.one(where(call)) : Optional.empty();
            case "oneHot" -> call.arguments().length == 4 ? Rules.one(oneHot(call)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Recording record(SymbolicCall call) {
        return new Recording(OperationKind.COPY, call.name(), call).reads(call.self());
    }

    private static SymbolicArray cast(SymbolicCall call, DataType requested) {
        SymbolicArray x = call.self();
        DataType to = Types.served(requested);
        if (x.type() == to || requested == DataType.UNKNOWN && x.type() == DataType.BFLOAT16) {
            return x;
        }
        SymbolicArray cast = record(call).makesLike(x, to);
        boolean recorded = x.trace().autocast() != Precision.FLOAT32 && Types.isAutocasts(x.type());
        return recorded && Types.isAutocasts(to) ? cast : cut(cast);
    }

    // DJL casts and duplicates without recording gradients; casts under autocast are recorded.
    private static SymbolicArray cut(SymbolicArray array) {
        array.cutGradient();
        return array;
    }

    /** The array in fp32, with the gradient cast back, which DJL's own cast cannot do. */
    static SymbolicArray widened(SymbolicArray x) {
        SymbolicCall call = SymbolicCall.of(x, TO_TYPE, false, DataType.FLOAT32, true);
        return new Recording(OperationKind.COPY, "cast", call).reads(x).makesLike(x, DataType.FLOAT32);
    }

    private static Method toType() {
        try {
            return NDArray.class.getMethod("toType", DataType.class, boolean.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(
                    "expected DJL's NDArray.toType, found none: use the DJL version that" + " Vivace was built for", e);
        }
    }

    private static List<SymbolicArray> all(SymbolicCall call) {
        List<SymbolicArray> all = new ArrayList<>();
        all.add(call.self());
        all.addAll(call.arrays(0));
        return all;
    }

    private static SymbolicArray stack(SymbolicCall call) {
        List<SymbolicArray> all = all(call);
        Shape x = call.self().shape();
        int axis = call.arguments().length > 1 ? call.whole(1) : 0;
        int at = axis < 0 ? axis + x.dimension() + 1 : axis;
        Shape to = x.slice(0, at).add(all.size()).addAll(x.slice(at));
        return new Recording(OperationKind.COPY, call.name(), call).reads(all).makes(to, Types.promoted(all));
    }

    private static SymbolicArray concat(SymbolicCall call) {
        List<SymbolicArray> all = all(call);
        Shape x = call.self().shape();
        int axis = SymbolicCall.axis(call.arguments().length > 1 ? call.whole(1) : 0, x);
        long[] sides = x.getShape().clone();
        sides[axis] = 0;
        for (SymbolicArray each : all) {
            for (int i = 0; i < sides.length; i++) {
                if (i != axis
                        && (each.shape().dimension() != sides.length
                                || each.shape().get(i) != sides[i])) {
                    throw new RefusedOperationException("concat: expected shapes that differ in axis " + axis
                            + " only, got " + x + " and " + each.shape()
                            + ": check the input shapes against the model");
                }
            }
            sides[axis] += each.shape().get(axis);
        }
        return new Recording(OperationKind.COPY, call.name(), call)
                .reads(all)
                .makes(new Shape(sides), Types.promoted(all), Strides.alike(call.self(), new Shape(sides)));
    }

    private static Optional<Object> repeated(SymbolicCall call) {
        SymbolicArray x = call.self();
        if (call.name().equals("flip")) {
            return Rules.one(record(call).makes(x.shape(), x.type()));
        }
        if (call.arguments().length == 2 && call.arguments()[0] instanceof Integer axis) {
            long[] sides = x.shape().getShape().clone();
            sides[SymbolicCall.axis(axis, x.shape())] *= ((Number) call.arguments()[1]).longValue();
            return Rules.one(record(call).makes(new Shape(sides), x.type()));
        }
        return Optional.empty();
    }

    private static SymbolicArray where(SymbolicCall call) {
        SymbolicArray condition = call.array(0);
        SymbolicArray other = call.array(1);
        return new Recording(OperationKind.ELEMENTWISE, call.name(), call)
                .reads(call.self(), other)
                .saves(condition.storage())
                .makes(call.self().shape(), Types.promoted(List.of(call.self(), other)));
    }

    private static SymbolicArray oneHot(SymbolicCall call) {
        Shape to = call.self().shape().add(call.whole(0));
        return new Recording(OperationKind.COPY, call.name(), call)
                .makes(to, Types.served(call.argument(3, DataType.class)));
    }
}
