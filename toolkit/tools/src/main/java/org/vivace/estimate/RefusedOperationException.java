package org.vivace.estimate;

import org.jspecify.annotations.Nullable;

/** An operation that is impossible on its arrays, or whose result's shape cannot be estimated. */
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

    /** The same, prefixed with the innermost block in which it happened, unless that is the whole model. */
    RefusedOperationException in(String path) {
        return placed || path.isEmpty() ? this : new RefusedOperationException(path + ": " + getMessage(), this);
    }
}
