package org.vivace.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.List;
import org.vivace.torch.NativeBinding.Answer;
import org.vivace.torch.NativeBinding.Replacement;

/**
 * Makes arrays that are created from numbers in Java own their memory.
 *
 * <p>DJL creates such an array, such as the 2 in {@code x.mul(2)}, over the memory of a direct buffer, and keeps the
 * buffer only while the array is open. Autograd's saved copy of the array, and every view of it, reads freed memory
 * after a garbage collection: a gradient may then be any number, or NaN. So DJL's two native methods that take a buffer
 * are replaced by functions that copy it. See {@code docs/upstream}.
 */
final class OwnedMemory {

    /**
     * Largest array that is copied, in bytes. DJL also keeps the buffer while the array is open, so a copy doubles its
     * memory. Larger arrays, such as whole data sets, are left as DJL creates them and must stay open as long as
     * anything computed from them is in use.
     */
    static final long LARGEST = 64L << 20;

    private static final int DENSE = 0;

    private static final Script SCRIPT = Script.of("OwnedMemory", """
            def own(self, x: Tensor) -> Tensor:
              return x.set_(torch.clone(x))
            """);

    private static boolean installed;

    private OwnedMemory() {}

    static synchronized void install() {
        if (installed || !LibTorch.reachable()) {
            return;
        }
        Function fromBuffer = LibTorch.jniFunction("torchFromBlob");
        Signatures.FromBuffer ownedFromBuffer =
                (env, self, buffer, shape, dtype, layout, device, grad) -> Answer.of(() -> {
                    if (dtype >= DataType.UNKNOWN.ordinal()) {
                        throw DtypeGuard.refusal("torchFromBlob", DataType.values()[dtype]);
                    }
                    long shared =
                            fromBuffer.invokeLong(new Object[] {env, self, buffer, shape, dtype, layout, device, grad});
                    HostTraffic.fromHost("torchFromBlob", shared);
                    // Other layouts and other devices already have a copy.
                    return layout == DENSE && isSmallOnCpu(env, buffer, shared) ? owned(shared) : shared;
                });
        Function set = LibTorch.jniFunction("torchSet");
        Signatures.SetTo ownedSet = (env, self, tensor, buffer) -> Answer.of(() -> {
            set.invokeVoid(new Object[] {env, self, tensor, buffer});
            HostTraffic.fromHost("torchSet", tensor);
            if (isSmallOnCpu(env, buffer, tensor)) {
                // DJL's own method does not record the operation either.
                try (GradMode off = GradMode.off()) {
                    TorchBridge.free(SCRIPT.handle("own", tensor));
                }
            }
        });
        NativeBinding.bind(
                TorchBridge.nativeMethods(),
                List.of(
                        Replacement.of("torchFromBlob", "(Ljava/nio/ByteBuffer;[JII[IZ)J", ownedFromBuffer),
                        Replacement.of("torchSet", "(JLjava/nio/ByteBuffer;)V", ownedSet)));
        installed = true;
    }

    private static long owned(long shared) {
        try {
            return TorchBridge.copy(shared);
        } finally {
            TorchBridge.free(shared);
        }
    }

    /** The buffer's size is checked first, as that takes no time; it may hold more than the array. */
    private static boolean isSmallOnCpu(Pointer env, Pointer buffer, long tensor) {
        boolean small = NativeBinding.capacity(env, buffer) <= LARGEST
                || new Shape(TorchBridge.shape(tensor)).size()
                                * TorchBridge.type(tensor).getNumOfBytes()
                        <= LARGEST;
        return small && TorchBridge.isOnCpu(tensor);
    }
}
