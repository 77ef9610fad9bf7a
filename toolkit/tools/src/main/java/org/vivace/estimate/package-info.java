/**
 * What a step or a prediction costs in operations, memory and time, reckoned before it runs from the model's blocks and
 * the shapes of its inputs.
 */
@NullMarked
package org.vivace.estimate;

import org.jspecify.annotations.NullMarked;
