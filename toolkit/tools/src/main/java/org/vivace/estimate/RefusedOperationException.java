package org.vivace.estimate;

import org.jspecify.annotations.Nullable;

/** An operation that cannot be, since its arrays do not fit it, or that no estimate can tell the result's shape of. */
final class RefusedOperationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final boolean placed;

    /** @param complaint a sentence that begins with the operation */
    RefusedOperationException(String complaint) {
        this(complaint, null);
    }

    private RefusedOperationException(String message, @Nullable RefusedOperationException cause) {
        super(message, cause);
        placed = cause != null;
    }

    /** The same with the innermost block that it happened in, where that is not the whole model. */
    RefusedOperationException in(String path) {
        return placed || path.isEmpty() ? this : new RefusedOperationException(path + ": " + getMessage(), this);
    }
}
