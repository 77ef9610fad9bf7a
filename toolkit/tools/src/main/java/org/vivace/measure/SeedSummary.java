package org.vivace.measure;

import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;

/**
 * How one number came out over several seeds.
 *
 * @param sd sample standard deviation; NaN of fewer than two values
 * @param low lower end of the mean's 95 % interval by Student's t; NaN of fewer than two values
 * @param high upper end of it
 * @param count how many values
 */
public record SeedSummary(double mean, double sd, double low, double high, int count) {

    /**
     * Of what is never negative, as the seconds to a target: the mean's interval does not go below 0 either.
     *
     * @throws IllegalArgumentException if there is no value, or one that is negative or not finite
     */
    public static SeedSummary ofAmounts(double... values) {
        for (double value : values) {
            if (value < 0) {
                throw new IllegalArgumentException("an amount must be at least 0, got " + value + ": measure again");
            }
        }
        SeedSummary spread = of(values);
        return new SeedSummary(spread.mean, spread.sd, spread.low < 0 ? 0 : spread.low, spread.high, spread.count);
    }

    /** @throws IllegalArgumentException if there is no value, or one that is not finite */
    public static SeedSummary of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a spread must have at least one value, got none: measure first");
        }
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("values must be finite, got " + value + ": leave that seed out");
            }
        }
        int n = values.length;
        double mean = Mean.of(values).getAsDouble();
        if (n == 1) {
            return new SeedSummary(mean, Double.NaN, Double.NaN, Double.NaN, 1);
        }
        double sd = StandardDeviation.of(values).getAsDouble();
        double half = Statistics.halfWidthOfMean(values);
        return new SeedSummary(mean, sd, mean - half, mean + half, n);
    }
}
