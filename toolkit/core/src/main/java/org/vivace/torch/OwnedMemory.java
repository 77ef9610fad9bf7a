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
 * Arrays that are made from numbers in Java own their memory.
 *
 * <p>DJL makes such an array, the 2 in {@code x.mul(2)} too, over the memory of a direct buffer, and keeps the buffer
 * only while the array is open. What autograd has saved of the array for the backward pass, and every view of it, reads
 * freed memory once the garbage collector has come by: a gradient is any number then, or NaN. So DJL's two native methods
 * that take a buffer are bound to functions that copy it. See {@code docs/upstream}.
 */
final class OwnedMemory {

    /**
     * Bytes up to which an array is copied. DJL keeps the buffer too while the array is open, so that a copy doubles its
     * memory; larger arrays, whole data sets, are left as DJL makes them and have to stay open as long as anything that
     * was computed from them is in use.
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
                    // Other layouts, and other devices, have a copy already.
                    return layout == DENSE && isSmallOnCpu(env, buffer, shared) ? owned(shared) : shared;
                });
        Function set = LibTorch.jniFunction("torchSet");
        Signatures.SetTo ownedSet = (env, self, tensor, buffer) -> Answer.of(() -> {
            set.invokeVoid(new Object[] {env, self, tensor, buffer});
            if (isSmallOnCpu(env, buffer, tensor)) {
                // DJL's own method does not record either.
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

    /** The buffer's size is asked first, as that takes no time; it may hold more than the array. */
    private static boolean isSmallOnCpu(Pointer env, Pointer buffer, long tensor) {
        boolean small = NativeBinding.capacity(env, buffer) <= LARGEST
                || new Shape(TorchBridge.shape(tensor)).size()
                                * TorchBridge.type(tensor).getNumOfBytes()
                        <= LARGEST;
        return small && TorchBridge.isOnCpu(tensor);
    }
}
