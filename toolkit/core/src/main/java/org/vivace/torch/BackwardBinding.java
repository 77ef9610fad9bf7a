package org.vivace.torch;

import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.List;
import org.vivace.torch.NativeBinding.Answer;
import org.vivace.torch.NativeBinding.Replacement;

/**
 * Routes every backward pass of DJL through {@link BackwardTape}: the engine's own collector calls a native method,
 * which is replaced here. It costs about ten microseconds per pass, and only once there is something to continue.
 */
final class BackwardBinding {

    /** The work of the original native method. */
    @FunctionalInterface
    interface Pass {
        void from(boolean keepGraph);
    }

    private static boolean installed;

    private BackwardBinding() {}

    static synchronized void install() {
        if (installed || !LibTorch.reachable()) {
            return;
        }
        Function original = LibTorch.jniFunction("torchBackward");
        Signatures.Backward through =
                (env, self, output, gradient, keepGraph, createGraph) -> Answer.of(() -> BackwardTape.continued(
                        keepGraph != 0, keep -> call(original, env, self, output, gradient, keep, createGraph)));
        NativeBinding.bind(TorchBridge.nativeMethods(), List.of(Replacement.of("torchBackward", "(JJZZ)V", through)));
        installed = true;
    }

    private static void call(
            Function original, Pointer env, Pointer self, long output, long gradient, boolean keep, byte create) {
        original.invoke(Void.class, new Object[] {env, self, output, gradient, (byte) (keep ? 1 : 0), create});
    }
}
