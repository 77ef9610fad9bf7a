package org.vivace.notebooks;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.vivace.measure.Machine;
import org.vivace.torch.Threads;

/** What this process computes on. */
final class Here {

    private Here() {}

    static Device device() {
        return Engine.getEngine("PyTorch").defaultDevice();
    }

    /** {@code cpu}, {@code gpu0}. */
    static String name(Device device) {
        return device.isGpu() ? "gpu" + device.getDeviceId() : device.getDeviceType();
    }

    static Machine machine() {
        return Machine.read(
                name(device()),
                Threads.inOneOperation(),
                Engine.getEngine("PyTorch").getVersion());
    }
}
