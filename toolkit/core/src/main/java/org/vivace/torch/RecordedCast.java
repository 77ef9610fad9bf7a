package org.vivace.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;

/**
 * DJL's casts between the types that autocast uses, with gradients flowing through.
 *
 * <p>In fp32 a block's {@code x.toType(DataType.FLOAT32, false)} is {@code x} itself, and so is a cast to another
 * array's type. Under autocast, if one of them has low precision, the same line casts; DJL casts without recording, so
 * everything before it would get no gradient. Casts to other types cut the gradient in fp32 too, and still do.
 */
final class RecordedCast {

    // The environment and the receiver come before the tensor, the type and the device.
    static final int TENSOR = 2;
    private static final int TYPE = 3;

    private RecordedCast() {}

    /** @param arguments of {@code torchTo}, as JNI passes them */
    static boolean concerns(Object[] arguments) {
        DataType from = TorchBridge.type((Long) arguments[TENSOR]);
        return (from == DataType.UNKNOWN || Autocast.anyOn())
                && isAutocasts(from)
                && isAutocasts(DataType.values()[(Integer) arguments[TYPE]]);
    }

    /** @return a tensor of the requested type, on the same device; fp32 for bf16, which DJL cannot request */
    static long recorded(Object[] arguments) {
        boolean half = (Integer) arguments[TYPE] == DataType.FLOAT16.ordinal();
        return Cast.handle((Long) arguments[TENSOR], half ? Precision.FLOAT16 : Precision.FLOAT32);
    }

    /** The precision of one of the types that autocast uses; DJL reads bf16 as unknown. */
    static Precision precision(DataType type) {
        return switch (type) {
            case FLOAT32 -> Precision.FLOAT32;
            case FLOAT16 -> Precision.FLOAT16;
            default -> Precision.BFLOAT16;
        };
    }

    static boolean isAutocasts(DataType type) {
        return switch (type) {
            case FLOAT32, FLOAT16, BFLOAT16, UNKNOWN -> true;
            default -> false;
        };
    }
}
