package org.vivace.train;

/**
 * A part of the run whose steps cost the same. The pre-flight runs one of its steps without an update.
 *
 * @param name for messages: {@code sequence length 256}
 * @param step a step of this part, counted from 0
 * @param progress the share of the run done at that step, in [0, 1]
 */
public record Phase(String name, long step, double progress) {}
