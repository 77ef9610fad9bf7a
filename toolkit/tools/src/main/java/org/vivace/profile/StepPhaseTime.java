package org.vivace.profile;

import java.util.List;

/**
 * What a phase takes of a step.
 *
 * @param millis milliseconds of a step, the mean over the steps, so that the phases add up to the step
 * @param share of the step, in [0, 1]
 * @param nanos nanoseconds in each of the steps
 */
public record StepPhaseTime(double millis, double share, List<Long> nanos) {

    public StepPhaseTime {
        nanos = List.copyOf(nanos);
    }
}
