package org.vivace.notebooks;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vivace.datasets.DataCache;
import org.vivace.measure.Calibration;
import org.vivace.measure.Machine;

/** What this machine can do at best, measured once for each processor, number of threads and device. */
final class Calibrated {

    private Calibrated() {}

    /** Where the answers are kept, beside the data sets. */
    static Path folder() {
        return DataCache.ofUser().folder("calibration");
    }

    /** A file's name for this machine. */
    static String name(Machine machine) {
        return (machine.cpu() + " " + machine.threads() + " threads " + machine.device())
                .replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** @param anew whether to measure although it is known */
    static Calibration here(Device device, boolean anew) {
        Machine machine = Here.machine();
        Path file = folder().resolve(name(machine) + ".json");
        if (anew) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        file + " must be removable to calibrate anew, got " + e + ": remove it by hand", e);
            }
        }
        return Calibration.kept(file, machine, device);
    }
}
