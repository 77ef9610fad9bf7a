package org.vivace.cli;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import sun.misc.Signal;

/** Signals that this process, and what it starts, ignores, as background jobs of a shell and of nohup do. */
public final class IgnoredSignals {

    private IgnoredSignals() {}

    /**
     * Skips the test where the signal would not arrive.
     *
     * @param name without its SIG
     */
    public static void assumeArrives(String name) throws IOException {
        assumeFalse(
                ignores(new Signal(name).getNumber()),
                "this process was started so that it, and what it starts, ignores SIG" + name);
    }

    /** Linux tells the ignored signals as a bit mask, from signal 1 on. Elsewhere nobody tells. */
    private static boolean ignores(int number) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> number - 1 & 1) != 0);
    }
}
