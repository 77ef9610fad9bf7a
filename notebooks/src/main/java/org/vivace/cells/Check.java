package org.vivace.cells;

import java.util.List;
import java.util.Locale;
import org.vivace.measure.Interval;

/** Checks in a notebook's last cell on the numbers above it: print {@code ok: …}, or fail. */
public final class Check {

    private Check() {}

    /**
     * Expects something to be true.
     *
     * @param what is expected, worded to follow "expected": {@code a verdict on the recipe}
     * @throws CheckFailed if it is not
     */
    public static void that(boolean holds, String what) {
        if (!holds) {
            throw new CheckFailed("expected " + what + ", found that it is not so: look at the cells above");
        }
        ok(what);
    }

    /**
     * Expects a number to lie within {@code tolerance} of another, both ends included.
     *
     * @param what the number is: {@code the last loss}
     * @param tolerance in the unit of the numbers, at least 0
     * @throws CheckFailed if it lies further away, or is not a number
     */
    public static void near(double value, double expected, double tolerance, String what) {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException(
                    "a tolerance must be at least 0, got " + tolerance + ": give the largest difference allowed");
        }
        String wanted = what + " within " + number(tolerance) + " of " + number(expected);
        if (!(Math.abs(value - expected) <= tolerance)) {
            throw new CheckFailed("expected " + wanted + ", found " + number(value) + ": look at the cells above");
        }
        ok(wanted + " (" + number(value) + ")");
    }

    /**
     * Expects a number to lie between two others, both ends included.
     *
     * @param low at most {@code high}
     * @param what the number is: {@code the speedup}
     * @throws CheckFailed if it lies outside, or is not a number
     */
    public static void between(double value, double low, double high, String what) {
        requireOrder(low, high);
        String wanted = what + " between " + number(low) + " and " + number(high);
        if (!(value >= low && value <= high)) {
            throw new CheckFailed("expected " + wanted + ", found " + number(value) + ": look at the cells above");
        }
        ok(wanted + " (" + number(value) + ")");
    }

    /**
     * Expects a measurement's interval to overlap a range: on a busy machine the interval is wide, and the check
     * weaker.
     *
     * @param low at most {@code high}
     * @param what was measured: {@code the speedup}
     * @throws CheckFailed if the whole interval lies outside, or nothing was measured
     */
    public static void reaches(Interval measured, double low, double high, String what) {
        requireOrder(low, high);
        String range = number(low) + " to " + number(high);
        String found =
                number(measured.median()) + " (" + number(measured.low()) + " to " + number(measured.high()) + ")";
        if (!(measured.low() <= high && measured.high() >= low)) {
            throw new CheckFailed(
                    "expected " + what + " to reach into " + range + ", found " + found + ": look at the cells above");
        }
        ok(what + " reaches into " + range + ", " + found);
    }

    /**
     * Expects the last of some numbers to lie below the first.
     *
     * @param by the least difference, above 0
     * @param what the numbers are: {@code the loss of plain DJL}
     * @throws CheckFailed if it does not, or there are fewer than two
     */
    public static void fallen(List<Double> values, double by, String what) {
        if (values.size() < 2) {
            throw new CheckFailed(
                    "expected " + what + " more than once, found " + values.size() + " of it: train for longer");
        }
        double first = values.get(0);
        double last = values.get(values.size() - 1);
        String found = "from " + number(first) + " to " + number(last);
        if (!(first - last >= by)) {
            throw new CheckFailed("expected " + what + " to fall by " + number(by) + " or more, found it " + found
                    + ": train for longer");
        }
        ok(what + " falls by " + number(by) + " or more (" + found + ")");
    }

    private static void requireOrder(double low, double high) {
        if (!(low <= high)) {
            throw new IllegalArgumentException(
                    "the bounds must be in order, got " + low + " and " + high + ": give the lower one first");
        }
    }

    private static void ok(String what) {
        System.out.println("ok: " + what);
    }

    /** With four significant digits. */
    private static String number(double value) {
        return Double.isFinite(value) && value != 0 && Math.abs(value) < 1e4 && Math.abs(value) >= 1e-3
                ? String.format(Locale.ROOT, "%.4g", value)
                : String.valueOf(value);
    }
}
