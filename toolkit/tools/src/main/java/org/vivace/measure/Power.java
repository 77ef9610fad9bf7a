package org.vivace.measure;

import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** The number of repetitions needed to detect a difference. */
public final class Power {

    private static final double LEVEL = 0.05;
    private static final double POWER = 0.8;

    /** The maximum number of seeds; a difference that needs more is a rounding error. */
    private static final double MOST = 1e6;

    private Power() {}

    /**
     * The smallest number n of pairs with which a two-sided paired t-test at the 5 % level detects a mean difference in
     * 8 of 10 repetitions: √n · |difference| / sd ≥ t₀.₉₇₅ + t₀.₈ at n − 1 degrees of freedom (Cohen 1988, chapter 2).
     *
     * @param difference expected mean of the pairs' differences; its sign does not matter
     * @param sd standard deviation of the pairs' differences, in the same unit
     * @return empty if either is zero or unknown, or if the number is above a million
     */
    public static OptionalLong seeds(double difference, double sd) {
        if (!(Math.abs(difference) > 0) || !(sd > 0)) {
            return OptionalLong.empty();
        }
        double effect = Math.abs(difference) / sd;
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double z = normal.inverseCumulativeProbability(1 - LEVEL / 2) + normal.inverseCumulativeProbability(POWER);
        double least = Math.pow(z / effect, 2);
        if (least > MOST) {
            return OptionalLong.empty();
        }
        // The normal distribution needs fewer, so the search begins at its result.
        long pairs = Math.max(2, (long) Math.ceil(least));
        while (Math.sqrt(pairs) * effect < points(pairs - 1)) {
            pairs++;
        }
        return OptionalLong.of(pairs);
    }

    private static double points(long degreesOfFreedom) {
        TDistribution student = TDistribution.of(degreesOfFreedom);
        return student.inverseCumulativeProbability(1 - LEVEL / 2) + student.inverseCumulativeProbability(POWER);
    }
}
