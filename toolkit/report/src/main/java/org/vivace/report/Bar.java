package org.vivace.report;

import java.awt.Color;
import org.vivace.measure.Interval;

/**
 * One horizontal bar.
 *
 * @param label drawn above the bar
 * @param value drawn after its end
 * @param length the bar's length and the ends of its error bar, in units of the axis
 */
record Bar(String label, String value, Interval length, Color color) {

    /** Where the drawn bar or error bar ends: an interval wider than the bar is long is cut, it would crush the rest. */
    double reach() {
        return Double.isFinite(length.high()) ? Math.min(length.high(), 2 * length.median()) : length.median();
    }
}
