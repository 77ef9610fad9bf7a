package org.vivace.bench;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vivace.measure.Calibration;
import org.vivace.measure.Machine;
import org.vivace.measure.MatmulPeak;
import org.vivace.torch.MachineFolder;

/** This machine's peak rates, measured once for each processor, number of threads and device. */
final class Calibrated {

    private static final double IDLE_AGAINST_BUSY = 1.2;

    private Calibrated() {}

    /** A file's name for this machine. */
    public static String name(Machine machine) {
        return (machine.cpu() + " " + machine.threads() + " threads " + machine.device())
                .replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** @param again whether to measure even if a calibration is kept */
    public static Calibration here(Device device, boolean again) {
        return in(MachineFolder.get(), LocalMachine.machine(), device, again);
    }

    /** The same, kept in another folder. */
    public static Calibration in(Path folder, Machine machine, Device device, boolean again) {
        Path file = folder.resolve(name(machine) + ".json");
        boolean known = Files.exists(file);
        if (again) {
            return measured(file, machine, device);
        }
        Calibration kept = Calibration.kept(file, machine, device);
        MatmulPeak peak = kept.matmulPeak();
        // The machine must have been busy with something else when a peak was measured that is exceeded by so much.
        return known && peak.measureHigherAgain(device) > IDLE_AGAINST_BUSY * peak.higher()
                ? measured(file, machine, device)
                : kept;
    }

    /** A doubtful measurement does not replace a kept one. */
    private static Calibration measured(Path file, Machine machine, Device device) {
        Calibration measured = Calibration.measure(machine, device);
        if (measured.doubt().isEmpty()) {
            measured.write(file);
        }
        return measured;
    }
}
