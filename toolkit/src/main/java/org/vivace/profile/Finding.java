package org.vivace.profile;

import java.util.List;

/**
 * What holds a step back and what would help.
 *
 * @param boundBy what the step waits for most
 * @param evidence sentences with the numbers that say so
 * @param remedies the best first; may be empty
 */
public record Finding(String boundBy, List<String> evidence, List<Remedy> remedies) {

    /**
     * A method that addresses it.
     *
     * @param method as the command line names it
     * @param predictedGain how many times as fast the step would be
     */
    public record Remedy(String method, double predictedGain) {}

    public Finding {
        evidence = List.copyOf(evidence);
        remedies = List.copyOf(remedies);
    }
}
