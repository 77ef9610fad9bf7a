/**
 * Training with methods: what a method is and where it acts in a step, and the ways to train with it, DJL's own
 * trainer, a fluent session, and a run inside a training loop that exists already.
 */
@NullMarked
package org.vivace.train;

import org.jspecify.annotations.NullMarked;
