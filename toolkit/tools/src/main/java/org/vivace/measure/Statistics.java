package org.vivace.measure;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** Medians, quantiles and the 95 % interval of a median. */
public final class Statistics {

    private static final int RESAMPLES = 2000;

    /** The probability beyond each end of a 95 % interval. */
    private static final double TAIL = 0.025;

    private static final Quantile QUANTILE =
            Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).withCopy(true);

    private Statistics() {}

    /** The middle value, or the mean of the two middle values. */
    public static double median(double... values) {
        return quantile(values, 0.5);
    }

    /**
     * The value below which a share of the sorted values lies, interpolated between neighbors (type 7 of Hyndman and
     * Fan, 1996, the default of R and NumPy).
     *
     * @param share in [0, 1]
     */
    public static double quantile(double[] values, double share) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a quantile must have at least one value, got none: measure first");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "share must be in [0, 1], got " + share + ": give 0.95 for the 95 % quantile");
        }
        return QUANTILE.evaluate(finite(values), share);
    }

    /**
     * The median with its 95 % percentile-bootstrap interval (Efron, 1979; 2000 resamples), the same for the same seed.
     *
     * <p>The bootstrap interval of a median is too narrow for few values: of A/A comparisons it calls 26 % different at
     * 3 values and 13 % at 7. So the interval is widened where needed to the exact one: that of the order statistics
     * (the sign test) from 6 to 100 values, and Student's t below 6, where no exact one exists.
     */
    public static Interval interval(double[] values, long seed) {
        return interval(values, seed, Statistics::student);
    }

    /**
     * The same for values that are never negative, such as a duration or an amount of memory: below 6 values Student's
     * t is taken of their logarithms, so that the interval lies above 0; if one of the values is 0, the interval is cut
     * at 0.
     *
     * @throws IllegalArgumentException if a value is negative
     */
    public static Interval intervalOfAmounts(double[] values, long seed) {
        for (double value : values) {
            if (value < 0) {
                throw new IllegalArgumentException("an amount must be at least 0, got " + value
                        + ": take the interval of differences by interval");
            }
        }
        return interval(values, seed, Statistics::studentOfAmounts);
    }

    private static Interval interval(double[] values, long seed, Function<double[], double[]> ofFew) {
        if (values.length == 0) {
            return Interval.NONE;
        }
        double[] sorted = finite(values).clone();
        Arrays.sort(sorted);
        double median = QUANTILE.evaluate(sorted, 0.5);
        int n = sorted.length;
        if (n == 1) {
            return new Interval(median, Double.NaN, Double.NaN);
        }
        double[] ofMedians = QUANTILE.evaluate(bootstrapMedians(sorted, seed), TAIL, 1 - TAIL);
        double low = ofMedians[0];
        double high = ofMedians[1];
        if (n < 6) {
            double[] ends = ofFew.apply(sorted);
            low = Math.min(low, ends[0]);
            high = Math.max(high, ends[1]);
        } else if (n <= 100) {
            int rank = signTestRank(n);
            low = Math.min(low, sorted[rank]);
            high = Math.max(high, sorted[n - 1 - rank]);
        }
        return new Interval(median, Math.min(low, median), Math.max(high, median));
    }

    private static double[] student(double[] values) {
        double mean = Mean.of(values).getAsDouble();
        double half = halfWidthOfMean(values);
        return new double[] {mean - half, mean + half};
    }

    /** The half-width of the mean's 95 % interval by Student's t, for at least 2 values. */
    static double halfWidthOfMean(double[] values) {
        double t = TDistribution.of(values.length - 1).inverseSurvivalProbability(TAIL);
        return t * StandardDeviation.of(values).getAsDouble() / Math.sqrt(values.length);
    }

    private static double[] studentOfAmounts(double[] sorted) {
        if (sorted[0] == 0) {
            double[] ends = student(sorted);
            return new double[] {Math.max(0, ends[0]), ends[1]};
        }
        return Arrays.stream(student(Arrays.stream(sorted).map(Math::log).toArray()))
                .map(Math::exp)
                .toArray();
    }

    private static double[] finite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("values must be finite, got " + value + ": leave that sample out");
            }
        }
        return values;
    }

    private static double[] bootstrapMedians(double[] sorted, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = sorted.length;
        double[] medians = new double[RESAMPLES];
        int[] drawn = new int[n];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            Arrays.fill(drawn, 0);
            for (int i = 0; i < n; i++) {
                drawn[random.nextInt(n)]++;
            }
            // The counts of the drawn values give the resample's median without sorting it.
            medians[resample] = (drawnAt(sorted, drawn, (n - 1) / 2) + drawnAt(sorted, drawn, n / 2)) / 2;
        }
        return medians;
    }

    private static double drawnAt(double[] sorted, int[] drawn, int place) {
        int index = 0;
        for (int seen = drawn[0]; seen <= place; seen += drawn[index]) {
            index++;
        }
        return sorted[index];
    }

    /** The number of values, of at least 6, to cut at each end so that the rest still contains the median with 95 %. */
    private static int signTestRank(int n) {
        return BinomialDistribution.of(n, 0.5).inverseCumulativeProbability(TAIL) - 1;
    }
}
