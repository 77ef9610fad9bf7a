package org.vivace.estimate;

import java.util.Set;

/**
 * A model uses an operation whose cost cannot be estimated without running it, and its block does not run by itself:
 * the reason is among the suppressed exceptions.
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

    /** Why an estimate stops there, as the rest of a sentence. */
    String why() {
        return READING.contains(operation)
                ? "it reads values of its input"
                : "an estimate has no rule for " + operation;
    }
}
