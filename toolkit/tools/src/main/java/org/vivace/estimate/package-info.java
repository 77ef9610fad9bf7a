/**
 * The cost of a step or a prediction in operations, memory and time, estimated before it runs from the model's blocks
 * and the shapes of its inputs.
 */
@NullMarked
package org.vivace.estimate;

import org.jspecify.annotations.NullMarked;
