package org.vivace.profile;

import org.vivace.measure.Interval;

/**
 * What a remedy was predicted to give and what it gave.
 *
 * @param predicted times as fast
 * @param measured times as fast as the step without it, in paired, interleaved blocks
 */
public record CheckedRemedy(String method, double predicted, Interval measured) {

    /** By how much the prediction was above the measurement, as a share of it; negative where below. */
    public double error() {
        return predicted / measured.median() - 1;
    }
}
