package org.vivace.measure;

import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;

/**
 * The mean of one number over several seeds, with its standard deviation and interval.
 *
 * @param sd sample standard deviation; NaN for fewer than two values
 * @param low lower end of the mean's 95 % interval by Student's t; NaN for fewer than two values
 * @param high upper end of it
 * @param count number of values
 */
public record SeedSummary(double mean, double sd, double low, double high, int count) {

    /**
     * Of amounts that are never negative, such as the seconds to a target: the mean's interval is cut at 0.
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
