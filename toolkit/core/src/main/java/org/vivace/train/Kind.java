package org.vivace.train;

import java.util.Locale;

/** What a method acts on; the catalogue is grouped by it. */
public enum Kind {
    PRECISION,
    MEMORY,
    KERNEL,
    LAYOUT,
    OPTIMIZER,
    SCHEDULE,
    DATA,
    LOSS,
    ARCHITECTURE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
