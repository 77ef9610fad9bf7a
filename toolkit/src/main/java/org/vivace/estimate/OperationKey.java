package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.vivace.torch.Precision;

/** What tells operations apart that cost the same time on one machine. */
final class OperationKey {

    private static final String RECORDED = " recorded";

    private OperationKey() {}

    /** The same for a recorded operation, with a gradient or without. */
    static String withoutGradient(String key) {
        return key.replace(RECORDED, "").replace("*", "").replace("+", "");
    }

    static String of(Recording recording) {
        Call call = recording.call();
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
        return argument instanceof int[] whole
                ? Arrays.toString(whole)
                : argument instanceof long[] whole ? Arrays.toString(whole) : String.valueOf(argument);
    }
}
