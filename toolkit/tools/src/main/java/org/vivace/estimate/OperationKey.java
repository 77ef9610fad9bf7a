package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.vivace.torch.Precision;

/** A key that is equal for operations with the same time on one machine. */
final class OperationKey {

    private static final String RECORDED = " recorded";

    private OperationKey() {}

    /** The same for a recorded operation, with a gradient or without. */
    static String withoutGradient(String key) {
        return key.replace(RECORDED, "").replace("*", "").replace("+", "");
    }

    static String of(Recording recording) {
        SymbolicCall call = recording.call();
        String operands =
                recording.operands().stream().map(OperationKey::operand).collect(Collectors.joining(" "));
        String settings = Arrays.stream(call.arguments())
                .filter(argument -> !(argument instanceof NDArray) && !(argument instanceof NDList))
                .map(OperationKey::setting)
                .collect(Collectors.joining(" "));
        Precision precision = recording.autocast();
        return (call.name() + " [" + operands + "] " + settings).strip()
                + (precision == Precision.FLOAT32 ? "" : " autocast " + precision)
                + (recording.differentiableWhenRecorded() ? RECORDED : "");
    }

    private static String operand(Operand operand) {
        Shape shape = operand.shape();
        return shape
                + (Strides.isDense(shape, operand.strides()) ? "" : Arrays.toString(operand.strides()))
                + operand.type()
                + (operand.differentiable() ? operand.parameter() ? "*" : "+" : "");
    }

    private static String setting(Object argument) {
        if (argument instanceof NDIndex index) {
            return index.getIndices().stream().map(OperationKey::part).collect(Collectors.joining(",", "(", ")"));
        }
        return argument instanceof int[] whole
                ? Arrays.toString(whole)
                : argument instanceof long[] whole ? Arrays.toString(whole) : String.valueOf(argument);
    }

    /** DJL's index parts have no toString. */
    private static String part(NDIndexElement part) {
        if (part instanceof NDIndexFixed fixed) {
            return String.valueOf(fixed.getIndex());
        }
        if (part instanceof NDIndexSlice slice) {
            return slice.getMin() + ":" + slice.getMax() + ":" + slice.getStep();
        }
        return part.getClass().getSimpleName();
    }
}
