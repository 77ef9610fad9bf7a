package org.vivace.estimate;

/**
 * How long a step takes, in seconds.
 *
 * @param forward of the model and the loss, and of what is computed again
 * @param backward 0 for inference
 * @param update of the optimiser; 0 for inference
 */
public record StepTime(double forward, double backward, double update) {

    public double total() {
        return forward + backward + update;
    }
}
