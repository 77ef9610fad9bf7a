package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The floating-point types that autocast and the casts support, with libtorch's codes for them. */
public enum Precision {
    FLOAT32("fp32", 6, 4),
    BFLOAT16("bf16", 15, 2),
    FLOAT16("fp16", 5, 2);

    private static final Script SCRIPT = Script.of("Types", """
            def code(self, x: Tensor) -> int:
              return x.dtype
            """);

    private final String shortName;
    private final int code;
    private final int bytes;

    Precision(String shortName, int code, int bytes) {
        this.shortName = shortName;
        this.code = code;
        this.bytes = bytes;
    }

    /** Bytes that one element takes. */
    public int bytes() {
        return bytes;
    }

    /** libtorch's {@code ScalarType}. */
    int code() {
        return code;
    }

    /**
     * The precision an array really has. DJL's own {@code getDataType()} returns {@code UNKNOWN} for bf16.
     *
     * @throws IllegalArgumentException if the array holds anything but fp32, bf16 or fp16
     */
    public static Precision of(NDArray array) {
        if (array instanceof Symbolic symbolic) {
            return symbolic.precision();
        }
        return ofCode(SCRIPT.number("code", array))
                .orElseThrow(() -> new IllegalArgumentException("expected an array of fp32, bf16 or fp16, got "
                        + array.getDataType().name().toLowerCase(Locale.ROOT) + ": cast it first"));
    }

    /** The precision of libtorch's {@code ScalarType}; empty if it is none of these. */
    public static Optional<Precision> ofCode(int code) {
        return Arrays.stream(values())
                .filter(precision -> precision.code == code)
                .findFirst();
    }

    @Override
    public String toString() {
        return shortName;
    }
}
