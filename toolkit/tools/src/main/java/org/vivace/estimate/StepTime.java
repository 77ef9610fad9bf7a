package org.vivace.estimate;

import java.util.Optional;

/**
 * How long a step takes, in seconds.
 *
 * @param forward of the model and the loss, and of what is computed again
 * @param backward 0 for inference
 * @param update of the optimiser; 0 for inference
 * @param doubted how many of its operations were timed only while other work held the processors
 */
public record StepTime(double forward, double backward, double update, int doubted) {

    /** A time that nothing speaks against. */
    public StepTime(double forward, double backward, double update) {
        this(forward, backward, update, 0);
    }

    public double total() {
        return forward + backward + update;
    }

    /** A sentence where the time is not to be believed. */
    public Optional<String> doubt() {
        return doubted == 0
                ? Optional.empty()
                : Optional.of(
                        "other work held the processors while " + doubted + " of the operations were timed, so the"
                                + " time is not to be believed: estimate again when the machine is quiet");
    }
}
