package org.vivace.cli;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process was started so that it and its children ignore interrupts, as a shell's background jobs are. */
public final class IgnoredInterrupts {

    private IgnoredInterrupts() {}

    /** Skips the test where interrupts would not arrive. */
    public static void assumeNone() throws IOException {
        assumeFalse(here(), "interrupts are ignored by who started this process: start it in the foreground");
    }

    /** Linux tells the ignored signals as a bit mask, from signal 1 on; SIGINT is the second. Elsewhere nobody tells. */
    private static boolean here() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
}
