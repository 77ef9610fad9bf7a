package org.vivace.torch;

import java.nio.file.Path;

/** Where what was found out about this machine is kept for the next process, beside the data sets. */
public final class MachineFolder {

    private MachineFolder() {}

    /** {@code calibration} in the folder that {@code VIVACE_DATA} names, else in {@code .vivace/data} of the home folder. */
    public static Path get() {
        String named = System.getenv().getOrDefault("VIVACE_DATA", "");
        Path data = named.isBlank() ? Path.of(System.getProperty("user.home"), ".vivace", "data") : Path.of(named);
        return data.resolve("calibration");
    }
}
