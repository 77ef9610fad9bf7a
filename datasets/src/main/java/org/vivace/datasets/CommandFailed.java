package org.vivace.datasets;

import java.io.IOException;
import java.util.List;

/** A program ended with a status other than 0; the message has its last words. */
final class CommandFailed extends IOException {
    private static final long serialVersionUID = 1L;

    /** What it said, without the blank lines. */
    @SuppressWarnings("serial") // an unmodifiable list of strings is serialisable, though its type does not say so
    private final List<String> said;

    CommandFailed(String program, int status, List<String> said) {
        super(program + " ended with status " + status + ", saying: "
                + (said.isEmpty()
                        ? "it said nothing"
                        : said.get(said.size() - 1).strip()));
        this.said = List.copyOf(said);
    }

    List<String> said() {
        return said;
    }
}
