package org.vivace.cells;

import java.util.Locale;

/**
 * Evaluates the answer to a tutorial's question in the last line of a cell. It never stops the notebook, so that a
 * notebook with unanswered questions runs to its end.
 */
public final class Exercise {

    private Exercise() {}

    /**
     * Evaluates a number.
     *
     * @param answer NaN until it is given
     * @param right finite
     * @param tolerance how far from {@code right} an answer may be, &ge; 0, in its unit
     * @param hint a sentence; its full stop may be omitted
     * @return {@code right: …}, or {@code not yet: …} with the hint; never the right number
     */
    public static String check(double answer, double right, double tolerance, String hint) {
        if (!Double.isFinite(right) || !(tolerance >= 0)) {
            throw new IllegalArgumentException(
                    "an exercise must have a finite answer and a tolerance of at least 0, got " + right + " and "
                            + tolerance + ": run the cells above first");
        }
        if (Double.isNaN(answer)) {
            return "not yet: write your answer in place of NaN and run the cell again. " + sentence(hint);
        }
        return check(Math.abs(answer - right) <= tolerance, hint)
                + String.format(Locale.ROOT, " (your answer: %.6g)", answer);
    }

    /** The same if the cell itself decides whether the answer is right. */
    public static String check(boolean right, String hint) {
        return (right ? "right: " : "not yet: ") + sentence(hint);
    }

    private static String sentence(String hint) {
        return hint.endsWith("?") || hint.endsWith(".") ? hint : hint + ".";
    }
}
