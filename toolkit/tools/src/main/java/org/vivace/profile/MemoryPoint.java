package org.vivace.profile;

import org.vivace.trace.StepPhase;

/**
 * The memory at one moment of a step.
 *
 * @param millis since the step began
 * @param bytes in use then
 * @param part of the step, a {@link StepPhase#key}
 */
public record MemoryPoint(double millis, long bytes, String part) {}
