package org.vivace.datasets;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * An empty folder to fetch into, deleted when it is closed or the JVM shuts down. A folder that a killed process has
 * left is deleted when another one is opened a day or more later.
 */
final class Scratch implements AutoCloseable {
    private static final String PREFIX = ".fetch";
    /** No fetch takes that long, so no other process is disturbed. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path folder;
    private final Thread atExit;

    private Scratch(Path folder) {
        this.folder = folder;
        this.atExit = new Thread(() -> Utils.deleteQuietly(folder), "delete " + folder);
    }

    static Scratch in(Path root) throws IOException {
        Files.createDirectories(root);
        deleteAbandoned(root, PREFIX + "*");
        Scratch scratch = new Scratch(Files.createTempDirectory(root, PREFIX));
        Runtime.getRuntime().addShutdownHook(scratch.atExit);
        return scratch;
    }

    /** Deletes entries that match the pattern and were not modified for a day. */
    static void deleteAbandoned(Path folder, String pattern) throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            for (Path entry : entries) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
                    Utils.deleteQuietly(entry);
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        Utils.deleteQuietly(folder);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // The JVM is ending and runs the hook itself; it finds nothing left to delete.
            return;
        }
    }
}
