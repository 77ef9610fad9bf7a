package org.vivace.bench.assertions;

import org.opentest4j.AssertionFailedError;
import org.vivace.bench.Bench;
import org.vivace.bench.StepsBench;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;

/**
 * Assertions about speed for tests in JUnit 5, which use the confidence interval of a paired measurement, not a single
 * number.
 *
 * <pre>{@code
 * assertFaster(() -> plainStep(), () -> myStep()).by(1.2);
 * }</pre>
 */
public final class SpeedAssertions {

    private static final double SECONDS = 10;

    private SpeedAssertions() {}

    /** Compares two steps that do the same amount of work in each call. */
    public static Comparison assertFaster(Runnable plain, Runnable mine) {
        return new Comparison(Bench.steps("mine", plain, mine).within(SECONDS));
    }

    /**
     * A comparison that has not been measured yet.
     *
     * @param bench of the plain step and one other
     */
    public record Comparison(StepsBench bench) {

        /** Measures for this many seconds instead of ten; a longer time resolves smaller differences. */
        public Comparison within(double seconds) {
            return new Comparison(bench.within(seconds));
        }

        /**
         * Measures, and fails unless the whole 95 % interval of the speedup lies at or above the factor.
         *
         * @param factor how many times as fast, above 0
         * @return the record
         * @throws AssertionFailedError with the interval if it does not
         */
        public BenchRecord by(double factor) {
            if (!(factor > 0 && Double.isFinite(factor))) {
                throw new IllegalArgumentException(
                        "expected a factor above 0, got " + factor + ": give for instance 1.2");
            }
            BenchRecord record = bench.time();
            Interval speedup = record.variants().get(0).speedup();
            if (!(speedup.low() >= factor)) {
                String found = Figures.ratio(speedup.median()) + " (95 % interval " + Figures.ratio(speedup.low())
                        + " to " + Figures.ratio(speedup.high()) + ")";
                String why = speedup.high() < factor
                        ? "it is slower than that"
                        : "the interval reaches below it, so give it more time with within(seconds), or a quieter machine";
                throw new AssertionFailedError(
                        "expected a step " + factor + " times as fast as the plain one, found " + found + ": " + why,
                        factor,
                        speedup.median());
            }
            return record;
        }
    }
}
