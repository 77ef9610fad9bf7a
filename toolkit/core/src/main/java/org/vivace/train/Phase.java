package org.vivace.train;

/**
 * A part of the run in which steps cost alike. The pre-flight puts the run there and runs one step without an update.
 *
 * @param name for messages: {@code sequence length 256}
 * @param step a step of this part, counted from 0
 * @param progress the share of the run done at that step, in [0, 1]
 */
public record Phase(String name, long step, double progress) {}
