package org.vivace.train;

/** The named places of {@link Hooks}, in the order in which a run reaches them. */
public enum Hook {
    MODEL,
    START,
    BATCH,
    FORWARD,
    LOSS,
    BACKWARD,
    GRADIENTS,
    UPDATE,
    /** Comes after the step's work, so methods are called in reverse order. */
    STEPPED,
    /** Comes after the run's work, so methods are called in reverse order. */
    END;

    boolean reversed() {
        return this == STEPPED || this == END;
    }
}
