package org.vivace.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A source whose files are converted into a data set's own format, so that the checksum is the same for every source.
 */
record Converted(Source origin, Step step) implements Source {

    /** Reads the files in one folder and writes the data set's into the other, which is empty. */
    @FunctionalInterface
    interface Step {
        void convert(Path from, Path to) throws IOException;
    }

    @Override
    public String title() {
        return origin.title();
    }

    @Override
    public Path fetch(Path scratch) throws IOException {
        Path got = origin.fetch(Files.createDirectory(scratch.resolve("got")));
        Path converted = Files.createDirectory(scratch.resolve("converted"));
        step.convert(got, converted);
        return converted;
    }
}
