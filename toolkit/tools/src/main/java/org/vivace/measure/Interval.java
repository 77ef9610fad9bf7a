package org.vivace.measure;

import java.util.function.DoubleUnaryOperator;

/**
 * A median with the ends of its 95 % interval, all three in the unit of the samples. The ends are NaN for a single
 * sample, and all three are NaN if nothing was measured.
 */
public record Interval(double median, double low, double high) {

    /** If nothing was measured. */
    public static final Interval NONE = new Interval(Double.NaN, Double.NaN, Double.NaN);

    /** @throws IllegalArgumentException if the median lies outside the interval */
    public Interval {
        if (low > median || high < median) {
            throw new IllegalArgumentException("an interval must hold its median, got median " + median + " outside "
                    + low + " to " + high + ": give low, median and high in increasing order");
        }
    }

    /** Whether the interval is known and {@code value} lies outside it. */
    public boolean excludes(double value) {
        return value < low || value > high;
    }

    /** The interval of the samples after an increasing function, for instance {@code Math::exp}. */
    public Interval map(DoubleUnaryOperator increasing) {
        return new Interval(
                increasing.applyAsDouble(median), increasing.applyAsDouble(low), increasing.applyAsDouble(high));
    }
}
