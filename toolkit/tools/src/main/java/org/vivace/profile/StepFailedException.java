package org.vivace.profile;

import org.vivace.trace.StepPhase;

/** A training step that was being profiled has thrown; the trainer is as after any step that throws. */
public final class StepFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final StepPhase phase;

    StepFailedException(StepPhase phase, RuntimeException cause) {
        super(
                "expected a training step that works, got " + firstLine(cause) + " in its " + phase.words()
                        + ": make a step without the profiler succeed first",
                cause);
        this.phase = phase;
    }

    /** Where in the step it was. */
    public StepPhase phase() {
        return phase;
    }

    /** What libtorch says has a stack of its own below the first line. */
    private static String firstLine(RuntimeException cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : "\"" + message.strip().lines().findFirst().orElseThrow() + "\"";
    }
}
