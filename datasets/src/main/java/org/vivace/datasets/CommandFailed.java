package org.vivace.datasets;

import java.io.IOException;
import java.util.List;

/** A program ended with a status other than 0; the message has its last output. */
final class CommandFailed extends IOException {
    private static final long serialVersionUID = 1L;

    /** Its output, without blank lines. */
    @SuppressWarnings("serial") // an unmodifiable list of strings is serialisable, though its type does not say so
    private final List<String> output;

    CommandFailed(String program, int status, List<String> output) {
        super(program + " ended with status " + status + ", output: "
                + (output.isEmpty() ? "none" : output.get(output.size() - 1).strip()));
        this.output = List.copyOf(output);
    }

    List<String> output() {
        return output;
    }
}
