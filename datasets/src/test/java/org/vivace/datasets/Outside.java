package org.vivace.datasets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;

/** What a test finds outside: the user's data sets and programs, or none. */
final class Outside {

    /** A machine without the program that is called. */
    static final Command NO_PROGRAM = (where, words) -> {
        throw new IOException(words[0] + " is not on this machine");
    };

    private Outside() {}

    /** The data set, without which the test is skipped. */
    static FetchedDataSet needed(FetchedDataSet files) {
        assumeTrue(files.found().isPresent(), "needs " + files.name() + " on this machine");
        return files;
    }
}
