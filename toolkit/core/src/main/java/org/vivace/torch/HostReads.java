package org.vivace.torch;

import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Pointer;
import java.util.List;
import org.vivace.torch.NativeBinding.Answer;
import org.vivace.torch.NativeBinding.Replacement;

/** Reports every read of an array's values in Java to {@link HostTraffic}, by replacing the two methods that DJL uses. */
final class HostReads {

    private static final String BYTES = "torchDataPtr";
    private static final String BUFFER = "torchDirectByteBuffer";

    /** An object that native code returns needs a permanent reference, which is deleted when the thread reads again. */
    private static final ThreadLocal<Pointer> RETURNED = ThreadLocal.withInitial(() -> Pointer.NULL);

    private HostReads() {}

    static void install() {
        Signatures.ObjectAddress reference = (env, owner, object) ->
                Answer.of(() -> Pointer.nativeValue(NativeBinding.globalReference(env, object)));
        NativeBinding.bind(
                TorchBridge.class,
                List.of(
                        new Replacement("bytes", "(J)[B", LibTorch.jniFunction(BYTES)),
                        new Replacement("buffer", "(J)Ljava/nio/ByteBuffer;", LibTorch.jniFunction(BUFFER)),
                        Replacement.of("referenceTo", "(Ljava/lang/Object;)J", reference)));
        Signatures.Read bytes = (env, self, tensor) -> Answer.of(() -> {
            HostTraffic.toHost(BYTES, tensor);
            return returned(env, TorchBridge.bytes(tensor));
        });
        Signatures.Read buffer = (env, self, tensor) -> Answer.of(() -> {
            HostTraffic.toHost(BUFFER, tensor);
            return returned(env, TorchBridge.buffer(tensor));
        });
        NativeBinding.bind(
                TorchBridge.nativeMethods(),
                List.of(
                        Replacement.of(BYTES, "(J)[B", bytes),
                        Replacement.of(BUFFER, "(J)Ljava/nio/ByteBuffer;", buffer)));
    }

    private static long returned(Pointer env, Object result) {
        NativeBinding.deleteGlobalReference(env, RETURNED.get());
        Pointer reference = new Pointer(TorchBridge.referenceTo(result));
        RETURNED.set(reference);
        return Pointer.nativeValue(reference);
    }
}
