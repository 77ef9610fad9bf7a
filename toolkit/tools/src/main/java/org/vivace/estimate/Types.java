package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Precision;

/** The types of libtorch's results. */
final class Types {

    private Types() {}

    static boolean isFloating(DataType type) {
        return type.getFormat() == DataType.Format.FLOATING;
    }

    static DataType of(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BFLOAT16;
        };
    }

    /** @throws IllegalArgumentException if the type is not one of autocast's */
    static Precision precision(DataType type) {
        return switch (type) {
            case FLOAT32 -> Precision.FLOAT32;
            case FLOAT16 -> Precision.FLOAT16;
            case BFLOAT16 -> Precision.BFLOAT16;
            default ->
                throw new IllegalArgumentException("expected an array of fp32, bf16 or fp16, got "
                        + type.name().toLowerCase(Locale.ROOT) + ": cast it first");
        };
    }

    static boolean isLow(DataType type) {
        return type == DataType.BFLOAT16 || type == DataType.FLOAT16;
    }

    /** Whether autocast produces arrays of that type. */
    static boolean isAutocasts(DataType type) {
        return type == DataType.FLOAT32 || isLow(type);
    }

    /** The type that DJL requests from libtorch: DJL reads bf16 as unknown, and then requests fp32. */
    static DataType served(DataType requested) {
        return requested == DataType.UNKNOWN ? DataType.FLOAT32 : requested;
    }

    /** The promoted type of operands; a scalar counts only if its category of type is higher. */
    static DataType promoted(List<SymbolicArray> operands) {
        @Nullable DataType dimensioned = null;
        @Nullable DataType scalar = null;
        for (SymbolicArray operand : operands) {
            if (operand.shape().dimension() > 0) {
                dimensioned = higher(dimensioned, operand.type());
            } else {
                scalar = higher(scalar, operand.type());
            }
        }
        if (dimensioned == null) {
            return Objects.requireNonNull(scalar, "expected at least one operand");
        }
        return scalar != null && isFloating(scalar) && !isFloating(dimensioned) ? scalar : dimensioned;
    }

    private static DataType higher(@Nullable DataType one, DataType other) {
        if (one == null || one == other) {
            return other;
        }
        if (isLow(one) && isLow(other)) {
            return DataType.FLOAT32;
        }
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(DataType type) {
        return switch (type) {
            case BOOLEAN -> 0;
            case UINT8, INT8 -> 1;
            case INT16, UINT16 -> 2;
            case INT32, UINT32 -> 3;
            case INT64, UINT64 -> 4;
            case FLOAT16, BFLOAT16 -> 5;
            case FLOAT32 -> 6;
            case FLOAT64 -> 7;
            default ->
                throw new IllegalArgumentException(
                        "expected an array of numbers, got one of " + type + ": an estimate has no rule for that type");
        };
    }

    /** The type of a mean or a quotient of numbers of this type. */
    static DataType real(DataType type) {
        return isFloating(type) ? type : DataType.FLOAT32;
    }

    /** @throws IllegalArgumentException if the shapes do not broadcast */
    static Shape broadcast(String operation, Shape one, Shape other) {
        int rank = Math.max(one.dimension(), other.dimension());
        long[] sides = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long a = i <= one.dimension() ? one.get(one.dimension() - i) : 1;
            long b = i <= other.dimension() ? other.get(other.dimension() - i) : 1;
            if (a != b && a != 1 && b != 1) {
                throw new RefusedOperationException(operation + ": expected shapes that broadcast, got " + one + " and "
                        + other + ": check the input shapes against the model");
            }
            sides[rank - i] = a == 1 ? b : a;
        }
        return new Shape(sides);
    }
}
