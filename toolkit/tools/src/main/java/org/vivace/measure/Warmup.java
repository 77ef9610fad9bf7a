package org.vivace.measure;

/**
 * The number of rounds that are run and discarded before the measured ones.
 *
 * @param least always discarded
 * @param most discarded at most, while the step time keeps falling; equal to {@code least} for a fixed number
 */
public record Warmup(int least, int most) {

    private static final int MOST = 10;

    public Warmup {
        if (least < 0) {
            throw new IllegalArgumentException(
                    "warm-up rounds must be 0 or more, got " + least + ": 0 times the first steps too");
        }
        if (most < least) {
            throw new IllegalArgumentException("the most warm-up rounds must be at least the least, " + least + ", got "
                    + most + ": raise the most or lower the least");
        }
    }

    /** A fixed number of rounds. */
    public static Warmup of(int rounds) {
        return new Warmup(rounds, rounds);
    }

    /** One round, and more until the steady state of {@link SteadyState}, at most 10. */
    public static Warmup untilSteady() {
        return new Warmup(1, MOST);
    }
}
