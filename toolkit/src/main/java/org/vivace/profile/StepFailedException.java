package org.vivace.profile;

/** A training step that was being profiled has thrown; the trainer is as after any step that throws. */
public final class StepFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Part part;

    StepFailedException(Part part, RuntimeException cause) {
        super(
                "expected a training step that works, got " + firstLine(cause) + " in its " + part.words()
                        + ": make a step without the profiler succeed first",
                cause);
        this.part = part;
    }

    /** Where in the step it was. */
    public Part part() {
        return part;
    }

    /** What libtorch says has a stack of its own below the first line. */
    private static String firstLine(RuntimeException cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : "\"" + message.strip().lines().findFirst().orElseThrow() + "\"";
    }
}
