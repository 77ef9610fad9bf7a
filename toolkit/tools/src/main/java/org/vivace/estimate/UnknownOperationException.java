package org.vivace.estimate;

import java.util.Set;

/**
 * A model does something with an array of which an estimate cannot tell the cost without running it, and the block that
 * does it does not run by itself: why not is among the suppressed exceptions.
 */
public final class UnknownOperationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private static final Set<String> READING = Set.of("toByteBuffer", "contentEquals", "encode");

    private final String operation;

    UnknownOperationException(String operation, String path) {
        super("expected operations whose shapes are known without values, found " + operation + " in "
                + (path.isEmpty() ? "the model" : path)
                + ": profile the model instead, or give that block another form");
        this.operation = operation;
    }

    /** The NDArray's method. */
    public String operation() {
        return operation;
    }

    /** Why an estimate stops there, the rest of a sentence. */
    String why() {
        return READING.contains(operation)
                ? "it reads values of its input"
                : "an estimate has no rule for " + operation;
    }
}
