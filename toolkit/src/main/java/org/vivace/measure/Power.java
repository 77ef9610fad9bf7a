package org.vivace.measure;

import org.apache.commons.math3.distribution.NormalDistribution;

/** How many repetitions it takes to see a difference. */
final class Power {

    private static final double LEVEL = 0.05;
    private static final double POWER = 0.8;

    private Power() {}

    /**
     * The number of pairs with which a two-sided test at the 5 % level sees a mean difference in 8 of 10 repetitions:
     * ((z₀.₉₇₅ + z₀.₈) · sd / difference)², rounded up, at least 2 (normal approximation; Cohen 1988, chapter 2).
     *
     * @param sd standard deviation of the pairs' differences
     * @return null where either is zero or unknown, so that no number can be told
     */
    static Long seeds(double difference, double sd) {
        if (!(Math.abs(difference) > 0) || !(sd > 0)) {
            return null;
        }
        NormalDistribution normal = new NormalDistribution();
        double z = normal.inverseCumulativeProbability(1 - LEVEL / 2) + normal.inverseCumulativeProbability(POWER);
        return Math.max(2, (long) Math.ceil(Math.pow(z * sd / difference, 2)));
    }
}
