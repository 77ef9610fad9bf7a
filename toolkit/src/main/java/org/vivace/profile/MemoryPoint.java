package org.vivace.profile;

/**
 * The memory at one moment of a step.
 *
 * @param millis since the step began
 * @param bytes in use then
 * @param part of the step, a {@link Part#key}
 */
public record MemoryPoint(double millis, long bytes, String part) {}
