package org.vivace.jupyter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder: closing it deletes everything in it. */
public record PassingFolder(Path path) implements AutoCloseable {

    /** @param beginning of its name, in the system's folder for such folders */
    public static PassingFolder named(String beginning) throws IOException {
        return new PassingFolder(Files.createTempDirectory(beginning));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> innerFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : innerFirst) {
                Files.deleteIfExists(each);
            }
        }
    }
}
