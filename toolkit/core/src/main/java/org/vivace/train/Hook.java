package org.vivace.train;

/** The named places of {@link Hooks}, in the order in which a run comes to them. */
public enum Hook {
    MODEL,
    START,
    BATCH,
    FORWARD,
    LOSS,
    BACKWARD,
    GRADIENTS,
    UPDATE,
    /** Comes after the step's work, so methods take their turns in reverse. */
    STEPPED,
    /** Comes after the run's work, so methods take their turns in reverse. */
    END;

    boolean reversed() {
        return this == STEPPED || this == END;
    }
}
