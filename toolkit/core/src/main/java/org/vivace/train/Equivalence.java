package org.vivace.train;

/** How a run with a method relates to the run without it. */
public enum Equivalence {
    /** The same weights, bit for bit. */
    BIT_EQUAL("bit-equal"),
    /** The same mathematics; rounding differs. */
    WITHIN_TOLERANCE("equal within tolerance"),
    /** Another training: the loss curve is a different one, and has to be looked at. */
    CHANGES_TRAINING("changes training");

    private final String text;

    Equivalence(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
