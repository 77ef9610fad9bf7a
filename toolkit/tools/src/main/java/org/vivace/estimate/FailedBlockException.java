package org.vivace.estimate;

import java.util.List;

/** A block of the model fails on the inputs that it gets, whoever runs it; the cause is what it threw itself. */
final class FailedBlockException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** What a TorchScript module failed of stands below the place where it did. */
    private static final String SCRIPT_ERROR = "RuntimeError: ";

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

    /** The line of what was thrown that says what was wrong, without the stacks that libtorch tells with it. */
    static String complaint(RuntimeException thrown) {
        String told = thrown.getMessage();
        if (told == null || told.isBlank()) {
            return thrown.getClass().getSimpleName();
        }
        return told.lines()
                .filter(line -> line.startsWith(SCRIPT_ERROR))
                .map(line -> line.substring(SCRIPT_ERROR.length()))
                .findFirst()
                .orElseGet(() -> told.strip().lines().findFirst().orElseThrow());
    }
}
