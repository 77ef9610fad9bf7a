package org.vivace.estimate;

import java.util.Objects;

/** Stops a symbolic pass at the innermost block that cannot be followed, which then has to be measured. */
final class UnknownBlockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String path;
    private final String why;

    /** @param why the rest of a sentence that begins with "since" */
    UnknownBlockException(String path, String why, RuntimeException cause) {
        super(cause.getMessage(), cause);
        this.path = path;
        this.why = why;
    }

    String path() {
        return path;
    }

    String why() {
        return why;
    }

    @Override
    public synchronized RuntimeException getCause() {
        return (RuntimeException) Objects.requireNonNull(super.getCause(), "expected the block's exception");
    }
}
