package org.vivace.cells;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A talk to an audience that waits for less, for cells of a kernel to call. */
public final class HurriedTalk {

    private HurriedTalk() {}

    /** @param folder of its records */
    public static Live of(String folder, long seconds) {
        Live.Mode mode = new Live.Mode(false, false, Optional.of(Duration.ofSeconds(seconds)));
        return new Live(Path.of(folder), mode, System.out);
    }
}
