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
        if (least < 0 || most < least) {
            throw new IllegalArgumentException("warm-up rounds must be 0 or more and at most as many as the most, got "
                    + least + " of at most " + most + ": 0 times the first steps too");
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
