package org.vivace.profile;

import org.vivace.measure.Interval;

/**
 * Something that makes the step cheaper, and by how much it should.
 *
 * @param method a method of the catalogue with its settings, or, where none addresses the cause, what to do
 * @param predictedGain how many times as fast the whole step should be with it: Amdahl's law on the measured parts
 * @param why what the prediction rests on
 */
public record Remedy(String method, double predictedGain, String why) {

    /**
     * What a remedy was predicted to give and what it gave.
     *
     * @param predicted times as fast
     * @param measured times as fast as the step without it, in paired, interleaved blocks
     */
    public record Checked(String method, double predicted, Interval measured) {

        /** By how much the prediction was above the measurement, as a share of it; negative where below. */
        public double error() {
            return predicted / measured.median() - 1;
        }
    }
}
