package org.vivace.estimate;

/** A model does something with an array of which an estimate cannot tell the cost without running it. */
public final class UnknownOperationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

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
}
