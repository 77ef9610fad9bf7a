package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

/** What holds for the statistics of any values. */
class StatisticsPropertyTest {

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double accuracy(double[] values) {
        return 1e-9 * (1 + Arrays.stream(values).map(Math::abs).max().orElseThrow());
    }

    @Property(tries = 200, seed = "1")
    void aQuantileLiesBetweenTheLeastAndTheGreatestAndRisesWithItsShare(
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = -1e6, max = 1e6) Double> given,
            @ForAll @DoubleRange(min = 0, max = 1) double one,
            @ForAll @DoubleRange(min = 0, max = 1) double other) {
        double[] values = array(given);
        double low = Statistics.quantile(values, Math.min(one, other));
        double high = Statistics.quantile(values, Math.max(one, other));
        assertThat(low).isLessThanOrEqualTo(high + accuracy(values));
        assertThat(low).isGreaterThanOrEqualTo(Statistics.quantile(values, 0));
        assertThat(high).isLessThanOrEqualTo(Statistics.quantile(values, 1));
        assertThat(Statistics.quantile(values, 0)).isEqualTo(Collections.min(given));
        assertThat(Statistics.quantile(values, 1)).isEqualTo(Collections.max(given));
    }

    @Property(tries = 60, seed = "2")
    void anIntervalHoldsItsMedianAndDoesNotDependOnTheOrder(
            @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = -1e3, max = 1e3) Double> given,
            @ForAll long seed) {
        double[] values = array(given);
        Interval interval = Statistics.interval(values, seed);
        assertThat(interval.median()).isEqualTo(Statistics.median(values));
        assertThat(interval.low()).isLessThanOrEqualTo(interval.median());
        assertThat(interval.high()).isGreaterThanOrEqualTo(interval.median());
        List<Double> shuffled = new java.util.ArrayList<>(given);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(Statistics.interval(array(shuffled), seed)).isEqualTo(interval);
    }

    @Property(tries = 60, seed = "3")
    void anIntervalIsScaledAndShiftedWithItsValues(
            @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = -1e3, max = 1e3) Double> given,
            @ForAll @DoubleRange(min = 0.1, max = 10) double scale,
            @ForAll @DoubleRange(min = -100, max = 100) double shift) {
        double[] values = array(given);
        Interval plain = Statistics.interval(values, 5);
        Interval moved = Statistics.interval(
                Arrays.stream(values).map(value -> value * scale + shift).toArray(), 5);
        double off = 1e-6 * (1 + Math.abs(shift) + scale * 1e3);
        assertThat(moved.median()).isCloseTo(plain.median() * scale + shift, within(off));
        assertThat(moved.low()).isCloseTo(plain.low() * scale + shift, within(off));
        assertThat(moved.high()).isCloseTo(plain.high() * scale + shift, within(off));
    }
}
