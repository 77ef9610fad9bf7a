package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    /** The two-sided 95 % point of Student's t for 2 degrees of freedom, (2p - 1) / √(2p (1 - p)) at p = 0.975. */
    private static final double STUDENT = 0.95 / Math.sqrt(2 * 0.975 * 0.025);

    @Test
    void medianIsTheMiddleOrTheMeanOfTheTwoMiddleValues() {
        assertThat(Statistics.median(9, 1, 4)).isEqualTo(4);
        assertThat(Statistics.median(9, 1, 4, 6)).isEqualTo(5);
        assertThat(Statistics.median(7)).isEqualTo(7);
    }

    @Test
    void quantilesInterpolateBetweenNeighbors() {
        double[] values = {40, 10, 20, 30};
        assertThat(Statistics.quantile(values, 0)).isEqualTo(10);
        assertThat(Statistics.quantile(values, 1)).isEqualTo(40);
        assertThat(Statistics.quantile(values, 0.25)).isEqualTo(17.5);
        assertThat(Statistics.quantile(values, 0.9)).isCloseTo(37, within(1e-12));
        assertThat(values).as("the caller's array").containsExactly(40, 10, 20, 30);
    }

    @Test
    void refusesWhatHasNoQuantile() {
        assertThatThrownBy(() -> Statistics.median())
                .hasMessage("a quantile must have at least one value, got none: measure first");
        assertThatThrownBy(() -> Statistics.quantile(new double[] {1}, 1.5))
                .hasMessage("share must be in [0, 1], got 1.5: give 0.95 for the 95 % quantile");
        assertThatThrownBy(() -> Statistics.median(1, Double.NaN))
                .hasMessage("values must be finite, got NaN: leave that sample out");
    }

    @Test
    void threeValuesGetStudentsInterval() {
        // Mean 2, standard deviation 1, standard error 1/sqrt(3).
        Interval interval = Statistics.interval(new double[] {3, 1, 2}, 1);
        assertThat(interval.median()).isEqualTo(2);
        assertThat(interval.low()).isCloseTo(2 - STUDENT / Math.sqrt(3), within(1e-9));
        assertThat(interval.high()).isCloseTo(2 + STUDENT / Math.sqrt(3), within(1e-9));
    }

    @Test
    void sevenValuesGetTheWholeRangeAsTheSignTestDemands() {
        // P(all 7 on one side) = 1/128 <= 2.5 %, P(at most one on a side) = 8/128 > 2.5 %: nothing may be cut off.
        Interval interval = Statistics.interval(new double[] {1, 2, 3, 4, 5, 6, 7}, 1);
        assertThat(interval).isEqualTo(new Interval(4, 1, 7));
    }

    @Test
    void manyValuesGetTheBootstrapInterval() {
        // The median of n uniform values has standard deviation 1/(2 sqrt(n)): 0.0158 for 1000, twice that each way.
        Random random = new Random(3);
        double[] values = random.doubles(1000).toArray();
        Interval interval = Statistics.interval(values, 1);
        assertThat(interval.high() - interval.low()).isCloseTo(4 * 0.0158, within(0.015));
        assertThat(Statistics.interval(values, 1)).as("same seed").isEqualTo(interval);
        assertThat(Statistics.interval(values, 2)).as("another seed").isNotEqualTo(interval);
    }

    @Test
    void oneValueHasNoIntervalAndNoneHasNothing() {
        Interval one = Statistics.interval(new double[] {5}, 1);
        assertThat(one).isEqualTo(new Interval(5, Double.NaN, Double.NaN));
        assertThat(one.excludes(1)).isFalse();
        assertThat(Statistics.interval(new double[0], 1)).isEqualTo(Interval.NONE);
    }

    /** Student's t of 1, 1 and 100 goes from -108 to 176; of their logarithms, 0, 0 and ln 100, it cannot. */
    @Test
    void anAmountsIntervalIsNeverNegative() {
        double[] millis = {1, 100, 1};
        assertThat(Statistics.interval(millis, 1).low()).isCloseTo(34 - STUDENT * 33, within(1e-9));
        Interval interval = Statistics.intervalOfAmounts(millis, 1);
        double mean = Math.log(100) / 3;
        // The logarithms' standard deviation is ln 100 / √3, and the mean's error that by √3 again.
        assertThat(interval.median()).isEqualTo(1);
        assertThat(interval.low()).isCloseTo(Math.exp(mean - STUDENT * mean), within(1e-9));
        assertThat(interval.high()).isCloseTo(Math.exp(mean + STUDENT * mean), within(1e-6));
        Interval withNothing = Statistics.intervalOfAmounts(new double[] {0, 1, 2}, 1);
        assertThat(withNothing.low()).isZero();
        assertThat(withNothing.high()).isCloseTo(1 + STUDENT / Math.sqrt(3), within(1e-9));
        double[] many = {1, 2, 3, 4, 5, 6, 7};
        assertThat(Statistics.intervalOfAmounts(many, 1)).isEqualTo(Statistics.interval(many, 1));
        assertThatThrownBy(() -> Statistics.intervalOfAmounts(new double[] {1, -2, 3}, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an amount must be at least 0, got -2.0: take the interval of differences by interval");
    }

    @Test
    void theTimesOfFewStepsEndAboveZero() {
        Samples two = new Samples("a", List.of(List.of(1_000_000L, 90_000_000L)));
        assertThat(two.stepMillis().low()).isPositive();
        SeedSummary seconds = SeedSummary.ofAmounts(1, 30);
        assertThat(seconds.low()).isZero();
        assertThat(seconds.high()).isGreaterThan(30);
        assertThat(SeedSummary.of(1, 30).low()).as("of what may be negative").isNegative();
        assertThatThrownBy(() -> SeedSummary.ofAmounts(1, -1))
                .hasMessage("an amount must be at least 0, got -1.0: measure again");
    }

    @Test
    void anIntervalHoldsItsMedian() {
        assertThatThrownBy(() -> new Interval(3, 4, 5))
                .hasMessage("an interval must hold its median, got median 3.0 outside 4.0 to 5.0:"
                        + " give low, median and high in increasing order");
    }

    @Test
    void coversTheTrueMedianNineteenTimesOfTwenty() {
        Random random = new Random(11);
        IntFunction<Double> misses = n -> IntStream.range(0, 400)
                        .filter(trial -> Statistics.interval(
                                        random.doubles(n)
                                                .map(u -> 1 / (1.2 - u))
                                                .toArray(),
                                        trial)
                                .excludes(1 / (1.2 - 0.5)))
                        .count()
                / 400.0;
        for (int n : new int[] {6, 7, 8, 12, 15, 30}) {
            assertThat(misses.apply(n)).as("misses of intervals from " + n).isLessThan(0.07);
        }
    }
}
