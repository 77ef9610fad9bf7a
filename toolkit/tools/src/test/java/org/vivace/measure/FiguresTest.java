package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void timesHaveThreeToFourDigitsAndNoExponent() {
        assertThat(Figures.millis(0.25)).isEqualTo("0.250 ms");
        assertThat(Figures.millis(3.414)).isEqualTo("3.41 ms");
        assertThat(Figures.millis(32)).isEqualTo("32.0 ms");
        assertThat(Figures.millis(999.4)).isEqualTo("999 ms");
        assertThat(Figures.millis(999.6)).isEqualTo("1000 ms");
        assertThat(Figures.millis(1214.2)).isEqualTo("1214 ms");
        assertThat(Figures.seconds(9.94)).isEqualTo("9.9 s");
        assertThat(Figures.seconds(9.96)).isEqualTo("10 s");
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        assertThat(Figures.number(Double.NaN)).isEqualTo("-");
        assertThat(Figures.significant(Double.POSITIVE_INFINITY)).isEqualTo("-");
        assertThat(Figures.ratio(new Interval(2.314, Double.NaN, Double.NaN))).isEqualTo("2.31");
        assertThat(Figures.ratio(new Interval(2.314, 2.26, 2.338))).isEqualTo("2.31 (2.26-2.34)");
    }

    @Test
    void unitsStandBehindASpace() {
        assertThat(Figures.percent(0.847)).isEqualTo("85 %");
        assertThat(Figures.percent(0.8473, 1)).isEqualTo("84.7 %");
        assertThat(Figures.mebibytes(3.6 * (1 << 20))).isEqualTo("3.6 MiB");
        assertThat(Figures.mebibytes(512.4 * (1 << 20))).isEqualTo("512 MiB");
        assertThat(Figures.gibibytes(1.5 * (1 << 30))).isEqualTo("1.5 GiB");
        assertThat(Figures.rate(92.7, "GFLOP/s")).isEqualTo("93 GFLOP/s");
        assertThat(Figures.rate(0.518, "GFLOP/s")).isEqualTo("0.52 GFLOP/s");
    }

    @Test
    void theLocaleDoesNotMatter() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(Figures.ratio(1.5)).isEqualTo("1.50");
        } finally {
            Locale.setDefault(before);
        }
    }
}
