package org.vivace.bench;

import ai.djl.Device;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The size of a notebook's workloads and the length of its measurements. */
public enum Size {
    /** A few seconds per notebook on one core: shows that all cells work, and little more. */
    QUICK(12, 3, 60),
    /** About a minute per notebook on two cores. */
    DEFAULT(24, 24, 100),
    /** A benchmark on a GPU: models and batches that fill one. */
    GPU(60, 120, 1500);

    private final int rounds;
    private final double seconds;
    private final long trainingSteps;

    Size(int rounds, double seconds, long trainingSteps) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.trainingSteps = trainingSteps;
    }

    /** The environment variable that selects the size. */
    public static final String VARIABLE = "VIVACE_SIZE";

    /**
     * The size from the environment variable {@code VIVACE_SIZE}: {@code quick}, {@code default} or {@code gpu};
     * if it is not set, {@link #GPU} on a machine where libtorch uses one, and {@link #DEFAULT} elsewhere.
     *
     * @throws IllegalArgumentException if it has another value
     */
    public static Size here() {
        return named(System.getenv(VARIABLE), LocalMachine::device);
    }

    static Size named(@Nullable String name, Supplier<Device> device) {
        if (name == null || name.isBlank()) {
            return device.get().isGpu() ? GPU : DEFAULT;
        }
        return Arrays.stream(values())
                .filter(size -> size.word().equals(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(VARIABLE + " must be one of "
                        + Arrays.stream(values()).map(Size::word).collect(Collectors.joining(", ")) + ", got " + name
                        + ": correct it or unset it"));
    }

    /** The rounds of step times, two steps of each side in a round. */
    int rounds() {
        return rounds;
    }

    /** The time limit of step times. */
    double seconds() {
        return seconds;
    }

    /** The steps of each side's training from one seed. */
    long trainingSteps() {
        return trainingSteps;
    }

    /** The value of the environment variable. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
