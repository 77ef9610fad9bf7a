package org.vivace.profile;

/** The phases of a training step that operators fall into. */
public enum StepPhase {
    FORWARD,
    LOSS,
    BACKWARD,
    OPTIMISER,
    /** Before, between and after them: loading a batch, evaluating, what listeners do. */
    OTHER;

    /** Its name in tables. */
    public String words() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
