package org.vivace.cells;

/** A notebook's own numbers are not what its last cell expects. */
public final class CheckFailed extends RuntimeException {

    private static final long serialVersionUID = 1;

    CheckFailed(String message) {
        super(message);
    }
}
