package org.vivace.bench;

/**
 * How a step is profiled.
 *
 * @param steps timed, at least 1
 * @param inference whether predictions of single examples are profiled too
 * @param check whether what the verdict's remedies give is measured too
 * @param calibrate whether what the machine can do is measured anew
 */
public record ProfilePlan(int steps, boolean inference, boolean check, boolean calibrate) {

    public ProfilePlan {
        if (steps < 1) {
            throw new IllegalArgumentException(
                    "a profile must have at least 1 step, got " + steps + ": give for instance 20");
        }
    }
}
