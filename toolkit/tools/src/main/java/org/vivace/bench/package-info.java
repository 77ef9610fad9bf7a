/**
 * What a user asks of a model: a {@link org.vivace.bench.Workload} is compared, by a {@link org.vivace.bench.Bench}, in
 * stock DJL and with methods: estimated, timed, profiled, its memory measured, trained from several seeds, tuned.
 */
@NullMarked
package org.vivace.bench;

import org.jspecify.annotations.NullMarked;
