package org.vivace.notebooks;

import java.util.List;
import java.util.Locale;

/** What a notebook's last cell says of the numbers above it: prints {@code ok: …}, or fails. */
public final class Check {

    private Check() {}

    /**
     * Expects something to be true.
     *
     * @param what is expected, as it would stand in a sentence after "expected": {@code a verdict on the recipe}
     * @throws CheckFailed where it is not
     */
    public static void that(boolean holds, String what) {
        if (!holds) {
            throw new CheckFailed("expected " + what + ", found that it is not so: look at the cells above");
        }
        ok(what);
    }

    /**
     * Expects a number to lie no further from another than {@code tolerance}; at both ends it still does.
     *
     * @param what the number is: {@code the last loss}
     * @param tolerance in the unit of the numbers, at least 0
     * @throws CheckFailed where it lies further away, or is not a number
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
     * Expects a number to lie between two others; at both ends it still does.
     *
     * @param low at most {@code high}
     * @param what the number is: {@code the speedup}
     * @throws CheckFailed where it lies outside, or is not a number
     */
    public static void between(double value, double low, double high, String what) {
        if (!(low <= high)) {
            throw new IllegalArgumentException(
                    "the bounds must be in order, got " + low + " and " + high + ": give the lower one first");
        }
        String wanted = what + " between " + number(low) + " and " + number(high);
        if (!(value >= low && value <= high)) {
            throw new CheckFailed("expected " + wanted + ", found " + number(value) + ": look at the cells above");
        }
        ok(wanted + " (" + number(value) + ")");
    }

    /**
     * Expects a number to be no more than {@code factor} times another, and no less than that part of it.
     *
     * @param value above 0, as {@code expected}
     * @param factor above 1
     * @param what the number is: {@code the milliseconds of a step}
     * @throws CheckFailed where it is
     */
    public static void factor(double value, double expected, double factor, String what) {
        if (!(factor > 1)) {
            throw new IllegalArgumentException(
                    "a factor must be above 1, got " + factor + ": give how many times as large is allowed");
        }
        String wanted = what + " within " + number(factor) + " times " + number(expected);
        if (!(value <= expected * factor && value >= expected / factor)) {
            throw new CheckFailed("expected " + wanted + ", found " + number(value) + ": look at the cells above");
        }
        ok(wanted + " (" + number(value) + ")");
    }

    /**
     * Expects the last of some numbers to lie below the first.
     *
     * @param by at least so much, above 0
     * @param what the numbers are: {@code the loss of plain DJL}
     * @throws CheckFailed where it does not, or there are fewer than two
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

    private static void ok(String what) {
        System.out.println("ok: " + what);
    }

    /** With four digits that mean something. */
    private static String number(double value) {
        return Double.isFinite(value) && value != 0 && Math.abs(value) < 1e4 && Math.abs(value) >= 1e-3
                ? String.format(Locale.ROOT, "%.4g", value)
                : String.valueOf(value);
    }
}
