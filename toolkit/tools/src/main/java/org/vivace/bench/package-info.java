/**
 * Benchmarks of a model: a {@link org.vivace.bench.Bench} compares a {@link org.vivace.bench.Workload} in stock DJL and
 * with methods: estimated, timed, profiled, its memory measured, trained from several seeds, tuned.
 */
@NullMarked
package org.vivace.bench;

import org.jspecify.annotations.NullMarked;
