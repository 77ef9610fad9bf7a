package org.vivace.torch;

import com.sun.jna.Pointer;
import java.util.function.Supplier;

/** NNPACK, which libtorch asks for convolutions that oneDNN does not do, such as those in fp64. */
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
     * Computes without it, in fp64, which it has not: where NNPACK does not support the processor, libtorch would say so on
     * standard error all the same.
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
