/**
 * Measuring: paired timing of steps with intervals and a check of the measurement itself, what a machine can do at best,
 * and the records that measurements leave behind as JSON.
 */
@NullMarked
package org.vivace.measure;

import org.jspecify.annotations.NullMarked;
