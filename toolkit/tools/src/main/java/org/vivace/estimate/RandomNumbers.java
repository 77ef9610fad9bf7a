package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;

/** Arrays with values in place of symbolic ones. */
final class RandomNumbers {

    private RandomNumbers() {}

    /**
     * An array of the operand's shape, type and memory order: floating-point values between 0.1 and 1, or integers
     * below {@code bound}.
     */
    static NDArray like(Operand operand, long bound, NDManager manager) {
        Shape shape = operand.shape();
        if (!Types.isFloating(operand.type())) {
            NDArray whole = manager.randomInteger(0, bound, shape, DataType.INT64);
            return operand.type() == DataType.INT64 ? whole : whole.toType(operand.type(), false);
        }
        NDArray dense = permuted(manager, operand);
        return switch (operand.type()) {
            case BFLOAT16 -> Cast.to(dense, Precision.BFLOAT16);
            case FLOAT16 -> Cast.to(dense, Precision.FLOAT16);
            case FLOAT64 -> dense.toType(DataType.FLOAT64, false);
            default -> dense;
        };
    }

    /** Random numbers with the memory order of the operand's strides. */
    private static NDArray permuted(NDManager manager, Operand operand) {
        Shape shape = operand.shape();
        if (Strides.isDense(shape, operand.strides())) {
            return manager.randomUniform(0.1f, 1, shape);
        }
        int[] order = Strides.order(operand.strides());
        int[] back = new int[order.length];
        List<Long> sides = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            back[order[i]] = i;
            sides.add(shape.get(order[i]));
        }
        return manager.randomUniform(0.1f, 1, new Shape(sides)).transpose(back);
    }
}
