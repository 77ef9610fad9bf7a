package org.vivace.torch;

import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Callback;
import com.sun.jna.Function;
import java.util.List;

/**
 * DJL's native methods that write one array's values into another. libtorch requires both to have the same type. In
 * fp32 they have; under autocast one of them may have low precision. Then the values are cast, with their gradient.
 */
final class WrittenValues {

    /** @param valuesAt the index of the argument that holds the values, counting JNI's own arguments */
    record Writing(String name, String signature, int valuesAt, Class<? extends Callback> type) {

        long invoke(Function original, Object[] arguments) {
            long values = (Long) arguments[valuesAt];
            var type = TorchBridge.type((Long) arguments[RecordedCast.TENSOR]);
            var given = TorchBridge.type(values);
            if (type == given || !RecordedCast.isAutocasts(type) || !RecordedCast.isAutocasts(given)) {
                return original.invokeLong(arguments);
            }
            long cast = Cast.handle(values, RecordedCast.precision(type));
            try {
                arguments[valuesAt] = cast;
                return original.invokeLong(arguments);
            } finally {
                TorchBridge.free(cast);
            }
        }
    }

    static final List<Writing> METHODS = List.of(
            new Writing("torchPut", "(JJJ)J", 4, Signatures.Written.class),
            new Writing("torchIndexAdvPut", "(JJJ)V", 4, Signatures.Written.class),
            new Writing("torchScatter", "(JJJI)J", 4, Signatures.WrittenAlong.class));

    private WrittenValues() {}
}
