package org.vivace.measure;

/**
 * How many rounds are run and thrown away before those that count.
 *
 * @param least always thrown away
 * @param most thrown away where the step time goes on falling; equal to {@code least} for a fixed number
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

    /** That many, whatever the times. */
    public static Warmup of(int rounds) {
        return new Warmup(rounds, rounds);
    }

    /** One, and further ones until the steady state of {@link SteadyState}, at most 10. */
    public static Warmup untilSteady() {
        return new Warmup(1, MOST);
    }
}
