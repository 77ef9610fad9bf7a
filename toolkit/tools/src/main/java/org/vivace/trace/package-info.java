/** The operators that libtorch's profiler records, attributed to the model's blocks and the phases of a step. */
@NullMarked
package org.vivace.trace;

import org.jspecify.annotations.NullMarked;
