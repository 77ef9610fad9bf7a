package org.vivace.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How large what a notebook measures is, and how long it measures. */
public enum Size {
    /** A few seconds a notebook on one core: shows that all cells work, and little more. */
    QUICK(12, 3, 60),
    /** A minute or so a notebook on two cores. */
    DEFAULT(24, 24, 100),
    /** A benchmark, for a GPU. */
    GPU(60, 120, 1500);

    private final int rounds;
    private final double seconds;
    private final long trainingSteps;

    Size(int rounds, double seconds, long trainingSteps) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.trainingSteps = trainingSteps;
    }

    /** The environment's variable that says which. */
    public static final String VARIABLE = "VIVACE_SIZE";

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

    /** Of step times, two steps of each side in a round. */
    int rounds() {
        return rounds;
    }

    /** In which step times have to end. */
    double seconds() {
        return seconds;
    }

    /** Of each side, from one seed. */
    long trainingSteps() {
        return trainingSteps;
    }

    /** As it is written in the environment. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
