package org.vivace.notebooks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How large what a notebook measures is, and how long it measures. */
public enum Size {
    /** A few seconds a notebook on one core: shows that all cells work, and little more. */
    QUICK,
    /** A minute or so a notebook on two cores. */
    DEFAULT,
    /** A benchmark, for a GPU. */
    GPU;

    /** The environment's variable that says which. */
    static final String VARIABLE = "VIVACE_SIZE";

    /**
     * What the environment's {@code VIVACE_SIZE} says: {@code quick}, {@code default} or {@code gpu}; {@link #DEFAULT}
     * where it says nothing.
     *
     * @throws IllegalArgumentException where it says something else
     */
    public static Size here() {
        return named(System.getenv(VARIABLE));
    }

    static Size named(String name) {
        if (name == null || name.isBlank()) {
            return DEFAULT;
        }
        return Arrays.stream(values())
                .filter(size -> size.word().equals(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(VARIABLE + " must be one of "
                        + Arrays.stream(values()).map(Size::word).collect(Collectors.joining(", ")) + ", got " + name
                        + ": correct it or leave it out"));
    }

    /** As it is written in the environment. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
