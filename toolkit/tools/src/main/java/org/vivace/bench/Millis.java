package org.vivace.bench;

import java.util.Locale;

/** Milliseconds as a sentence tells them: three digits, and no exponent however many there are. */
public final class Millis {

    private Millis() {}

    public static String of(double millis) {
        return String.format(Locale.ROOT, millis < 999.5 ? "%.3g ms" : "%.0f ms", millis);
    }
}
