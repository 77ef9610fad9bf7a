package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;
import java.util.Locale;

/** Casts that gradients flow through; DJL's {@code toType} cuts the graph. */
public final class Cast {

    private static final Script SCRIPT = Script.of("Cast", """
            def to(self, x: Tensor, dtype: int) -> Tensor:
              return torch.to(x, dtype)
            """);

    private Cast() {}

    /**
     * Casts a floating-point array of any shape; the gradient is cast back.
     *
     * <p>A bf16 result is for libtorch operations only: DJL reads its type as {@code UNKNOWN} and cannot copy its
     * values to Java until it is cast to fp32.
     *
     * @return a new array on the same manager, or {@code array} itself if it already has that precision
     * @throws IllegalArgumentException if the array is of an integer or boolean type
     */
    public static NDArray to(NDArray array, Precision precision) {
        DtypeGuard.install();
        DataType type = array.getDataType();
        boolean same = switch (precision) {
            case FLOAT32 -> type == DataType.FLOAT32;
            case FLOAT16 -> type == DataType.FLOAT16;
            case BFLOAT16 -> type == DataType.UNKNOWN && Precision.of(array) == Precision.BFLOAT16;
        };
        if (same) {
            return array;
        }
        if (type != DataType.UNKNOWN && !type.isFloating()) {
            throw new IllegalArgumentException("cast to " + precision + ": expected a floating-point array, got "
                    + type.name().toLowerCase(Locale.ROOT)
                    + " of shape " + array.getShape() + ": gradients do not flow through integers, use toType");
        }
        return SCRIPT.tensor("to", array, precision.code());
    }

    /** Casts every floating-point array of lower precision to fp32; integers, booleans and fp64 are not changed. */
    public static NDList toFloat32(NDList arrays) {
        NDList result = new NDList(arrays.size());
        for (NDArray array : arrays) {
            DataType type = array.getDataType();
            NDArray cast = array;
            if (type == DataType.UNKNOWN || type == DataType.FLOAT16) {
                cast = to(array, Precision.FLOAT32);
                cast.setName(array.getName());
            }
            result.add(cast);
        }
        return result;
    }

    /** A tensor of another precision; the given one is kept. */
    static long handle(long tensor, Precision precision) {
        return SCRIPT.handle("to", tensor, precision.code());
    }

    /** Replaces a tensor that only native code holds by its bf16 copy; the given one is freed. */
    static long handleToBfloat16(long tensor) {
        try {
            return handle(tensor, Precision.BFLOAT16);
        } finally {
            TorchBridge.free(tensor);
        }
    }
}
