package org.vivace.bench;

/**
 * How a step is profiled.
 *
 * @param steps timed, at least 1
 * @param inference whether predictions of single examples are also profiled
 * @param check whether the gains of the verdict's remedies are also measured
 * @param calibrate whether the machine's peak rates are measured again
 */
public record ProfilePlan(int steps, boolean inference, boolean check, boolean calibrate) {

    public ProfilePlan {
        if (steps < 1) {
            throw new IllegalArgumentException(
                    "a profile must have at least 1 step, got " + steps + ": give for instance 20");
        }
    }
}
