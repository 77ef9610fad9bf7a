package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SeedSummaryTest {

    @Test
    void threeValuesHaveStudentsIntervalOfTheirMean() {
        // Mean 2, squares (1 + 0 + 1) / 2 = 1, t = 4.30265 for 2 degrees of freedom, half width 4.3027 / sqrt(3) =
        // 2.4842.
        SeedSummary spread = SeedSummary.of(3, 1, 2);
        assertThat(spread.mean()).isEqualTo(2);
        assertThat(spread.sd()).isEqualTo(1);
        assertThat(spread.low()).isCloseTo(-0.48414, within(1e-5));
        assertThat(spread.high()).isCloseTo(4.48414, within(1e-5));
        assertThat(spread.count()).isEqualTo(3);
    }

    @Test
    void twoValuesHaveAWideInterval() {
        // The standard error of 2 and 4 is sqrt(2) / sqrt(2) = 1, and t = 12.7062 for one degree of freedom.
        SeedSummary spread = SeedSummary.of(2, 4);
        assertThat(spread.sd()).isCloseTo(Math.sqrt(2), within(1e-12));
        assertThat(spread.high()).isCloseTo(3 + 12.7062, within(5e-5));
    }

    @Test
    void equalValuesHaveAnIntervalOfNoWidth() {
        assertThat(SeedSummary.of(0.9, 0.9, 0.9, 0.9)).isEqualTo(new SeedSummary(0.9, 0, 0.9, 0.9, 4));
    }

    @Test
    void oneValueHasNoInterval() {
        assertThat(SeedSummary.of(7)).isEqualTo(new SeedSummary(7, Double.NaN, Double.NaN, Double.NaN, 1));
    }

    @Test
    void refusesNothingAndWhatIsNotFinite() {
        assertThatThrownBy(SeedSummary::of)
                .hasMessage("a spread must have at least one value, got none: measure first");
        assertThatThrownBy(() -> SeedSummary.of(1, Double.NaN))
                .hasMessage("values must be finite, got NaN: leave that seed out");
    }
}
