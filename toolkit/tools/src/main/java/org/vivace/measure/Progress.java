package org.vivace.measure;

import java.time.Duration;

/**
 * The progress of a measurement.
 *
 * @param phase {@code warm-up} or {@code timing}
 * @param variant the name of the step that just had its turn
 * @param share done so far, 0 to 1, as far as the budget allows a prediction
 * @param left the estimated remaining time
 */
public record Progress(String phase, String variant, double share, Duration left) {}
