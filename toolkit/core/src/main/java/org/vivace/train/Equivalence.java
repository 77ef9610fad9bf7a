package org.vivace.train;

/** How a run with a method relates to the run without it. */
public enum Equivalence {
    /** The same weights, bit for bit. */
    BIT_EQUAL("bit-equal"),
    /** The same mathematics; rounding differs. */
    WITHIN_TOLERANCE("equal within tolerance"),
    /** A different training: the loss curve differs and has to be checked. */
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
