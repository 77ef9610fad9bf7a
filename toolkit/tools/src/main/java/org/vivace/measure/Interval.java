package org.vivace.measure;

import java.util.function.DoubleUnaryOperator;

/**
 * A median with the ends of its 95 % interval, all three in the unit of the samples. The ends are NaN where one sample
 * cannot give an interval, and all three are NaN where nothing was measured.
 */
public record Interval(double median, double low, double high) {

    /** Where nothing was measured. */
    public static final Interval NONE = new Interval(Double.NaN, Double.NaN, Double.NaN);

    /** @throws IllegalArgumentException if the median lies outside the interval */
    public Interval {
        if (low > median || high < median) {
            throw new IllegalArgumentException("an interval must hold its median, got median " + median + " outside "
                    + low + " to " + high + ": give low, median and high in rising order");
        }
    }

    /** Whether the interval is known and {@code value} lies outside it. */
    public boolean excludes(double value) {
        return value < low || value > high;
    }

    /** The interval of the samples after a rising function, for instance {@code Math::exp}. */
    public Interval map(DoubleUnaryOperator rising) {
        return new Interval(rising.applyAsDouble(median), rising.applyAsDouble(low), rising.applyAsDouble(high));
    }
}
