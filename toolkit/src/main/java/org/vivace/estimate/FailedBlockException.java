package org.vivace.estimate;

import java.util.List;

/** A block of the model fails on the inputs that it gets, whoever runs it; the cause is what it threw itself. */
final class FailedBlockException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /**
     * @param block its class, and where it is
     * @param inputs what it was given, as shapes
     */
    FailedBlockException(String block, List<?> inputs, RuntimeException cause) {
        super(
                "expected a model that runs on inputs of the shapes given, found that " + block + " fails on " + inputs
                        + ": " + complaint(cause) + "; give it the inputs that it wants, or mend the block",
                cause);
    }

    /** The first line of what was thrown, without the stack that libtorch tells with it. */
    static String complaint(RuntimeException thrown) {
        String told = thrown.getMessage();
        return told == null || told.isBlank()
                ? thrown.getClass().getSimpleName()
                : told.strip().lines().findFirst().orElseThrow();
    }
}
