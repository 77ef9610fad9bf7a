package org.vivace.bench;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vivace.measure.Calibration;
import org.vivace.measure.Machine;
import org.vivace.measure.MatmulPeak;
import org.vivace.torch.MachineFolder;

/** What this machine can do at best, measured once for each processor, number of threads and device. */
final class Calibrated {

    private static final double IDLE_AGAINST_BUSY = 1.2;

    private Calibrated() {}

    /** A file's name for this machine. */
    public static String name(Machine machine) {
        return (machine.cpu() + " " + machine.threads() + " threads " + machine.device())
                .replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** @param anew whether to measure although it is known */
    public static Calibration here(Device device, boolean anew) {
        return in(MachineFolder.get(), LocalMachine.machine(), device, anew);
    }

    /** The same, kept in another folder. */
    public static Calibration in(Path folder, Machine machine, Device device, boolean anew) {
        Path file = folder.resolve(name(machine) + ".json");
        boolean known = Files.exists(file);
        if (anew) {
            return measured(file, machine, device);
        }
        Calibration kept = Calibration.kept(file, machine, device);
        return known && beatenBy(MatmulPeak.measure(device), kept.matmulPeak())
                ? measured(file, machine, device)
                : kept;
    }

    /** A measurement that is in doubt does not take the place of one that is kept. */
    private static Calibration measured(Path file, Machine machine, Device device) {
        Calibration measured = Calibration.measure(machine, device);
        if (measured.doubt().isEmpty()) {
            measured.write(file);
        }
        return measured;
    }

    /** Whether the machine must have been busy with something else when the kept peak was measured. */
    private static boolean beatenBy(MatmulPeak now, MatmulPeak kept) {
        return now.fp32() > IDLE_AGAINST_BUSY * kept.fp32() || now.bf16() > IDLE_AGAINST_BUSY * kept.bf16();
    }
}
