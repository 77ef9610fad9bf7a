package org.vivace.torch;

import ai.djl.Device;
import com.sun.jna.Function;

/** Pending work on a GPU. */
public final class DeviceWork {

    private DeviceWork() {}

    /**
     * Returns when the device has done all queued work; at once on the CPU, where calls are synchronous.
     *
     * @throws IllegalArgumentException if libtorch sees no such GPU
     */
    public static void await(Device device) {
        if (device.isGpu()) {
            // For a missing GPU libtorch throws in C++, which would end the process here.
            long count = Native.DEVICE_COUNT.invokeLong(new Object[0]);
            if (device.getDeviceId() >= count) {
                throw new IllegalArgumentException(
                        "expected a GPU that libtorch sees, of which there are " + count + ", got " + device);
            }
            Native.SYNCHRONIZE.invokeVoid(new Object[] {(long) device.getDeviceId()});
        }
    }

    /** Looked up on first use, when the engine is loaded. */
    private static final class Native {
        static final Function DEVICE_COUNT = LibTorch.function("_ZN5torch4cuda12device_countEv");
        static final Function SYNCHRONIZE = LibTorch.function("_ZN5torch4cuda11synchronizeEl");
    }
}
