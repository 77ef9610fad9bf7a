package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Elementwise operations. */
final class Elementwise {

    /** Their gradient is computed from their result. */
    private static final Set<String> FROM_RESULT = Set.of("relu", "sigmoid", "tanh", "exp", "sqrt");

    /** Their gradient is computed from their operand. */
    private static final Set<String> FROM_OPERAND = Set.of(
            "abs",
            "square",
            "cbrt",
            "log",
            "log10",
            "log2",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "asinh",
            "acosh",
            "atanh",
            "erf",
            "erfinv",
            "softPlus",
            "softSign",
            "leakyRelu",
            "elu",
            "selu",
            "gelu",
            "clip",
            "gammaln");

    /** Their gradient is zero or the result's, so nothing is saved. */
    private static final Set<String> CONSTANT_SLOPE = Set.of("neg", "floor", "ceil", "round", "trunc", "sign");

    private static final Set<String> TESTS = Set.of("isNaN", "isInfinite", "logicalNot");

    private static final Set<String> COMPARISONS =
            Set.of("eq", "neq", "gt", "gte", "lt", "lte", "logicalAnd", "logicalOr", "logicalXor");

    private static final Set<String> SUMS = Set.of("add", "sub");

    private static final Set<String> OTHERS =
            Set.of("mul", "div", "mod", "pow", "maximum", "minimum", "atan2", "xlogy");

    private Elementwise() {}

    static Optional<Object> apply(SymbolicCall call) {
        String name = call.name();
        SymbolicArray x = call.self();
        if (FROM_RESULT.contains(name) || FROM_OPERAND.contains(name) || CONSTANT_SLOPE.contains(name)) {
            return Rules.one(unary(call));
        }
        if (TESTS.contains(name)) {
            return Rules.one(record(call).makes(x.shape(), DataType.BOOLEAN));
        }
        if (COMPARISONS.contains(name) && call.arguments().length == 1) {
            Shape to = call.hasArray(0)
                    ? Types.broadcast(name, x.shape(), call.array(0).shape())
                    : x.shape();
            return Rules.one(record(call).makes(to, DataType.BOOLEAN));
        }
        if (name.equals("prelu")) {
            return Rules.list(List.of(binary(call, call.array(0), call.array(1), true)));
        }
        if (isInPlace(name) && (call.arguments().length == 0 || isOperand(call.arguments()[0]))) {
            return Rules.one(changed(call));
        }
        if ((SUMS.contains(name) || OTHERS.contains(name))
                && call.arguments().length == 1
                && isOperand(call.arguments()[0])) {
            if (call.hasArray(0)) {
                return Rules.one(binary(call, x, call.array(0), !SUMS.contains(name)));
            }
            return Rules.one(withNumber(call));
        }
        return Optional.empty();
    }

    /** Whether the operation changes its operand. */
    static boolean isInPlace(String name) {
        return name.equals("negi") || name.endsWith("i") && (SUMS.contains(stem(name)) || OTHERS.contains(stem(name)));
    }

    private static String stem(String name) {
        return name.substring(0, name.length() - 1);
    }

    private static boolean isOperand(Object argument) {
        return argument instanceof NDArray || argument instanceof Number;
    }

    private static Recording record(SymbolicCall call) {
        return new Recording(OperationKind.ELEMENTWISE, call.name(), call).reads(call.self());
    }

    private static SymbolicArray unary(SymbolicCall call) {
        SymbolicArray x = call.self();
        Recording recording = record(call);
        DataType type = CONSTANT_SLOPE.contains(call.name())
                        || call.name().equals("abs")
                        || call.name().equals("square")
                        || call.name().equals("clip")
                        || call.name().equals("relu")
                ? x.type()
                : Types.real(x.type());
        if (FROM_RESULT.contains(call.name())) {
            return recording.makesAndSaves(x.shape(), type, Strides.alike(x, x.shape()));
        }
        if (FROM_OPERAND.contains(call.name())) {
            recording.saves(x.storage());
        }
        return recording.makesLike(x, type);
    }

    private static SymbolicArray withNumber(SymbolicCall call) {
        SymbolicArray x = call.self();
        Recording recording = record(call);
        DataType type = call.name().equals("div") || !isWhole(call.arguments()[0]) ? Types.real(x.type()) : x.type();
        switch (call.name()) {
            case "add", "sub" -> recording.passes();
            case "pow", "maximum", "minimum" -> recording.saves(x.storage());
            default -> {} // only the number is saved
        }
        return recording.makesLike(x, type);
    }

    private static boolean isWhole(Object number) {
        return number instanceof Integer || number instanceof Long;
    }

    private static SymbolicArray binary(SymbolicCall call, SymbolicArray one, SymbolicArray other, boolean saves) {
        Shape to = Types.broadcast(call.name(), one.shape(), other.shape());
        DataType type = Types.promoted(List.of(one, other));
        Recording recording = new Recording(OperationKind.ELEMENTWISE, call.name(), call).reads(one, other);
        if (saves) {
            boolean both = !call.name().equals("mul");
            recording.savesIf(one.differentiable() || both, other.storage());
            recording.savesIf(other.differentiable() || both, one.storage());
        } else {
            recording.passes();
        }
        // In the memory order of the first operand that is as large as the result.
        SymbolicArray order = one.shape().equals(to) || !other.shape().equals(to) ? one : other;
        long[] strides = order.shape().equals(to) ? Strides.alike(order, to) : Strides.dense(to);
        return recording.makes(to, call.name().equals("div") ? Types.real(type) : type, strides);
    }

    private static SymbolicArray changed(SymbolicCall call) {
        SymbolicArray x = call.self();
        Recording recording = record(call);
        if (call.arguments().length > 0 && call.hasArray(0)) {
            SymbolicArray other = call.array(0);
            Shape to = Types.broadcast(call.name(), x.shape(), other.shape());
            if (!to.equals(x.shape())) {
                throw new RefusedOperationException(call.name() + ": expected an operand that fits " + x.shape()
                        + ", got " + other.shape() + ": check the input shapes against the model");
            }
            recording.reads(other);
            if (!SUMS.contains(stem(call.name()))) {
                recording.saves(other.storage()).savesIf(other.differentiable(), x.storage());
            }
        }
        if (SUMS.contains(stem(call.name()))) {
            recording.passes();
        }
        return recording.changes(x);
    }
}
