package org.vivace.measure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * Formats numbers for sentences and tables: with significant digits only, a decimal point in every locale, and a space
 * before the unit. A number that is not finite was not measured and is shown as {@value #NOT_MEASURED}.
 */
public final class Figures {

    private static final String NOT_MEASURED = "-";
    private static final double MIB = 1 << 20;
    private static final double GIB = 1 << 30;

    private Figures() {}

    /** With a fixed number of decimals. */
    public static String fixed(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : NOT_MEASURED;
    }

    /** A number with three to four digits: 1402, 341, 34.1, 3.41, 0.341. */
    public static String number(double value) {
        return fixed(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : value >= 0.9995 ? 2 : 3);
    }

    /** {@code 34.1 (33.8-34.6)}. */
    public static String number(Interval interval) {
        return interval(number(interval.median()), number(interval.low()), number(interval.high()));
    }

    /** A speedup, a loss or another ratio: {@code 2.31}. */
    public static String ratio(double value) {
        return fixed(value, 2);
    }

    /** {@code 2.31 (2.26-2.34)}. */
    public static String ratio(Interval interval) {
        return interval(ratio(interval.median()), ratio(interval.low()), ratio(interval.high()));
    }

    /** {@code 4.2 times}. */
    public static String times(double ratio) {
        return fixed(ratio, 1) + " times";
    }

    /** A number of any size with four significant digits, without trailing zeros: 0.8512, 1.412, 85.12. */
    public static String significant(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                        .round(new MathContext(4))
                        .stripTrailingZeros()
                        .toPlainString()
                : NOT_MEASURED;
    }

    /** {@code 34.1 ms}. */
    public static String millis(double millis) {
        return number(millis) + " ms";
    }

    /** {@code 9.4 s}, {@code 412 s}. */
    public static String seconds(double seconds) {
        return fixed(seconds, seconds < 9.95 ? 1 : 0) + " s";
    }

    /** {@code 85 %}. */
    public static String percent(double share) {
        return percent(share, 0);
    }

    /** {@code 85.2 %}. */
    public static String percent(double share, int decimals) {
        return fixed(100 * share, decimals) + " %";
    }

    /** {@code 512 MiB}, {@code 3.6 MiB}. */
    public static String mebibytes(double bytes) {
        double mebibytes = bytes / MIB;
        return fixed(mebibytes, mebibytes < 99.95 ? 1 : 0) + " MiB";
    }

    /** {@code 23.4 GiB}. */
    public static String gibibytes(double bytes) {
        return fixed(bytes / GIB, 1) + " GiB";
    }

    /** {@code 93 GFLOP/s}, {@code 0.52 GFLOP/s}. */
    public static String rate(double perSecond, String unit) {
        return fixed(perSecond, perSecond >= 9.95 ? 0 : perSecond >= 0.995 ? 1 : 2) + " " + unit;
    }

    private static String interval(String median, String low, String high) {
        return low.equals(NOT_MEASURED) ? median : median + " (" + low + "-" + high + ")";
    }
}
