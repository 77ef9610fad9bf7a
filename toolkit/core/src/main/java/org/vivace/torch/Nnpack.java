package org.vivace.torch;

import com.sun.jna.Pointer;
import java.util.function.Supplier;

/** NNPACK, which libtorch tries for convolutions that oneDNN does not support, such as those in fp64. */
final class Nnpack {

    /** {@code at::Context}, its setter and its getter. */
    private static final class Setting {
        static final Pointer CONTEXT =
                LibTorch.function("_ZN2at13globalContextEv").invokePointer(new Object[0]);

        static boolean isOn() {
            return (LibTorch.function("_ZNK2at7Context17userEnabledNNPACKEv").invokeInt(new Object[] {CONTEXT}) & 0xff)
                    != 0;
        }

        static void set(boolean on) {
            LibTorch.function("_ZN2at7Context20setUserEnabledNNPACKEb").invokeVoid(new Object[] {CONTEXT, on ? 1 : 0});
        }
    }

    private Nnpack() {}

    static boolean isOn() {
        return Setting.isOn();
    }

    /**
     * Computes in fp64 with NNPACK turned off. NNPACK has no fp64, but on a processor that it does not support libtorch
     * would still print a warning on standard error.
     */
    static synchronized <T> T without(Supplier<T> computation) {
        if (!LibTorch.reachable() || !Setting.isOn()) {
            return computation.get();
        }
        Setting.set(false);
        try {
            return computation.get();
        } finally {
            Setting.set(true);
        }
    }
}
