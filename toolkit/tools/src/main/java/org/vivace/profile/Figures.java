package org.vivace.profile;

import java.util.Locale;

/** Numbers as a verdict's sentences say them. */
final class Figures {

    private Figures() {}

    /** {@code 34.1 ms}. */
    static String millis(double millis) {
        int decimals = millis >= 99.95 ? 0 : millis >= 9.95 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f ms", millis);
    }

    /** {@code 85 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** {@code 4.2 times}. */
    static String times(double ratio) {
        return String.format(Locale.ROOT, "%.1f times", ratio);
    }

    /** {@code 93 GFLOP/s}, {@code 0.52 GFLOP/s}. */
    static String rate(double perSecond, String unit) {
        int decimals = perSecond >= 9.95 ? 0 : perSecond >= 0.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", perSecond, unit);
    }
}
