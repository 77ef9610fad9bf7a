package org.vivace.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.vivace.estimate.OperationTimes;
import org.vivace.measure.Calibration;
import org.vivace.measure.Machine;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.MachineFolder;
import org.vivace.torch.Threads;

/** The device that this process computes on, and its calibration. */
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

    /** This machine's peak rates; the first call on a machine measures them for some seconds and keeps them. */
    public static Calibration calibration() {
        return Calibrated.here(device(), false);
    }

    /** The times of single operations on this machine; each is measured at its first request, and kept. */
    public static OperationTimes operationTimes() {
        return operationTimes(device());
    }

    static OperationTimes operationTimes(Device device) {
        return OperationTimes.of(
                device, MachineFolder.get().resolve("operations-" + Calibrated.name(machine()) + ".json"));
    }
}
