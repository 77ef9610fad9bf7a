/**
 * Measuring: paired timing of steps with intervals and a check of the measurement itself, a machine's peak rates, and
 * the JSON records of measurements.
 */
@NullMarked
package org.vivace.measure;

import org.jspecify.annotations.NullMarked;
