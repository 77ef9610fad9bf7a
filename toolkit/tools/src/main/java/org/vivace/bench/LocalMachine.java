package org.vivace.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.vivace.estimate.OperationTimes;
import org.vivace.measure.Calibration;
import org.vivace.measure.Machine;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.MachineFolder;
import org.vivace.torch.Threads;

/** What this process computes on, and what is known of it. */
public final class LocalMachine {

    private LocalMachine() {}

    public static Device device() {
        Device device = Engine.getEngine("PyTorch").defaultDevice();
        if (!device.isGpu()) {
            Arithmetic.correct();
        }
        return device;
    }

    /** {@code cpu}, {@code gpu0}. */
    public static String name(Device device) {
        return device.isGpu() ? "gpu" + device.getDeviceId() : device.getDeviceType();
    }

    public static Machine machine() {
        return Machine.read(
                name(device()),
                Threads.inOneOperation(),
                Engine.getEngine("PyTorch").getVersion());
    }

    /** What this machine can do at best; the first call on a machine measures it for some seconds, and it is kept. */
    public static Calibration calibration() {
        return Calibrated.here(device(), false);
    }

    /** How long operations take alone on this machine; each is measured when it is first asked for, and kept. */
    public static OperationTimes operationTimes() {
        return operationTimes(device());
    }

    static OperationTimes operationTimes(Device device) {
        return OperationTimes.of(
                device, MachineFolder.get().resolve("operations-" + Calibrated.name(machine()) + ".json"));
    }
}
