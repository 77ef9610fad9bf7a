package org.vivace.torch;

import com.sun.jna.Pointer;

/** NNPACK, which libtorch tries for convolutions that oneDNN does not compute: small ones, and those in fp64. */
final class Nnpack {

    private static final int LOG_ERRORS_ONLY = 2;

    private Nnpack() {}

    /**
     * Turns NNPACK off on a processor that it does not support. Nothing is computed differently, but libtorch would try
     * again at each of these convolutions, and warn on standard error each time.
     */
    static void offWhereUnsupported() {
        if (!isAvailable()) {
            LibTorch.function("_ZN2at7Context20setUserEnabledNNPACKEb")
                    .invokeVoid(new Object[] {LibTorch.context(), 0});
        }
    }

    /** Asks libtorch without the warning. */
    static boolean isAvailable() {
        Pointer logLevel = LibTorch.variable("FLAGS_caffe2_log_level");
        int before = logLevel.getInt(0);
        logLevel.setInt(0, LOG_ERRORS_ONLY);
        try {
            return LibTorch.flag(LibTorch.function("_ZN2at6native17_nnpack_availableEv"));
        } finally {
            logLevel.setInt(0, before);
        }
    }
}
