package org.vivace.estimate;

import java.util.Optional;

/**
 * The time of a step, in seconds.
 *
 * @param forward of the model and the loss, and of recomputation
 * @param backward 0 for inference
 * @param update of the optimizer; 0 for inference
 * @param doubted number of operations for which other processes disturbed every timing
 */
public record StepTime(double forward, double backward, double update, int doubted) {

    /** A time without doubt. */
    public StepTime(double forward, double backward, double update) {
        this(forward, backward, update, 0);
    }

    public double total() {
        return forward + backward + update;
    }

    /** A sentence if the time cannot be trusted. */
    public Optional<String> doubt() {
        return doubted == 0
                ? Optional.empty()
                : Optional.of(
                        "other work held the processors while " + doubted + " of the operations were timed, so the"
                                + " time cannot be trusted: estimate again when the machine is quiet");
    }
}
