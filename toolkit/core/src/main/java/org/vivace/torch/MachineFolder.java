package org.vivace.torch;

import java.nio.file.Path;

/** The folder where findings about this machine are stored for later processes, beside the data sets. */
public final class MachineFolder {

    private MachineFolder() {}

    /** {@code calibration} in the folder {@code VIVACE_DATA}, or else in {@code .vivace/data} of the home folder. */
    public static Path get() {
        String named = System.getenv().getOrDefault("VIVACE_DATA", "");
        Path data = named.isBlank() ? Path.of(System.getProperty("user.home"), ".vivace", "data") : Path.of(named);
        return data.resolve("calibration");
    }
}
