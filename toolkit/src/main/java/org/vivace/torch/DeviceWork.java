package org.vivace.torch;

import ai.djl.Device;
import com.sun.jna.Function;

/** What a GPU was told to do and has not done yet. */
public final class DeviceWork {

    private DeviceWork() {}

    /** Returns when the device has done all that it was told to; at once on the CPU, where a call returns when it is done. */
    public static void await(Device device) {
        if (device.isGpu()) {
            Native.SYNCHRONIZE.invokeVoid(new Object[] {(long) device.getDeviceId()});
        }
    }

    /** Looked up on first use, when the engine is there. */
    private static final class Native {
        static final Function SYNCHRONIZE = LibTorch.function("_ZN5torch4cuda11synchronizeEl");
    }
}
