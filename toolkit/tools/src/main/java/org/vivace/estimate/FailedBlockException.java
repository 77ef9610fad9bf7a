package org.vivace.estimate;

import java.util.List;

/** A block of the model fails on its inputs in any run; the cause is its own exception. */
final class FailedBlockException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** Precedes the reason of a TorchScript failure, which follows its location. */
    private static final String SCRIPT_ERROR = "RuntimeError: ";

    /**
     * @param block its class and path
     * @param inputs the shapes of its inputs
     */
    FailedBlockException(String block, List<?> inputs, RuntimeException cause) {
        super(
                "expected a model that runs on inputs of the shapes given, found that " + block + " fails on " + inputs
                        + ": " + complaint(cause) + "; give it inputs that it accepts, or fix the block",
                cause);
    }

    /** The line of the exception's message that gives the reason, without libtorch's stack traces. */
    static String complaint(RuntimeException thrown) {
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return thrown.getClass().getSimpleName();
        }
        return message.lines()
                .filter(line -> line.startsWith(SCRIPT_ERROR))
                .map(line -> line.substring(SCRIPT_ERROR.length()))
                .findFirst()
                .orElseGet(() -> message.strip().lines().findFirst().orElseThrow());
    }
}
