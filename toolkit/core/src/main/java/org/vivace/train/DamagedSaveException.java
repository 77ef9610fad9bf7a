package org.vivace.train;

/** A save is not what was written, or was written by a run that had already diverged; another save may be good. */
final class DamagedSaveException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** @param reason a part of a sentence, with the file's name */
    DamagedSaveException(String reason) {
        super(reason);
    }

    DamagedSaveException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
