package org.vivace.measure;

import java.time.Duration;

/**
 * Where a measurement stands.
 *
 * @param phase {@code warm-up} or {@code timing}
 * @param variant the name of the step that just had its turn
 * @param share of the whole that is done, 0 to 1, as far as the budget allows one to foresee
 * @param left an estimate of the time that is left
 */
public record Progress(String phase, String variant, double share, Duration left) {}
