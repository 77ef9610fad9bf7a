/**
 * Where the time and memory of a training step or a prediction go, what a step is bound by, and what would help.
 */
@NullMarked
package org.vivace.profile;

import org.jspecify.annotations.NullMarked;
