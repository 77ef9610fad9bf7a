package org.vivace.profile;

import org.vivace.trace.StepPhase;

/**
 * Arrays that a step has made and that outlive its batch, so that memory grows step by step.
 *
 * @param shape of each, such as {@code (16, 256)}
 * @param manager the name of the manager that keeps them
 * @param madeIn the part of the step, a {@link StepPhase#key}, and the path of the block where it was in one
 * @param count made in one step
 * @param bytes of one step's together; 0 for a precision that DJL cannot name
 */
public record LeakedArray(String shape, String manager, String madeIn, int count, long bytes) {}
