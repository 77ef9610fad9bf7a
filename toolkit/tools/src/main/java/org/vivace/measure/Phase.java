package org.vivace.measure;

/**
 * A part of a training whose steps have the same cost, for instance one sequence length of a warm-up.
 *
 * @param share of the run's steps, 0 to 1
 * @param stepMillis milliseconds of one step in this phase
 */
public record Phase(String name, double share, Interval stepMillis) {}
