package org.vivace.train;

import java.nio.file.Path;
import java.util.Optional;

/** Where and how often the run is saved, and whether it resumes from there. */
record Saving(Path folder, long every, boolean resume) {

    /** Every {@code steps} steps, resuming as before. */
    static Saving periodic(Path folder, long steps, Optional<Saving> before) {
        return new Saving(folder, steps, before.map(Saving::resume).orElse(false));
    }

    /** Resuming, as often as before. */
    static Saving resumed(Path folder, Optional<Saving> before) {
        return new Saving(folder, before.map(Saving::every).orElse(0L), true);
    }
}
