package org.vivace.measure;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes a file completely or not at all: to a temporary file beside it, which is then moved in one step. A link is
 * followed and kept; a device, a pipe or a socket is written to, not replaced.
 */
public final class Atomically {

    /** Longer than any write takes, so that no file is deleted while it is still being written. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    /** Temporary files being written, deleted if the JVM shuts down meanwhile. */
    private static final Set<Path> BESIDE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> BESIDE.stream().map(Path::toFile).forEach(File::delete), "delete what is half-written"));
    }

    private Atomically() {}

    /** As {@link #write(Path, byte[])}, in UTF-8. */
    public static Path write(Path file, String text) {
        return write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Creates missing folders; an existing file is replaced only by the complete new one. An interrupt of the thread
     * does not abort it.
     *
     * @return {@code file}
     * @throws UncheckedIOException with one sentence that names the file and the cause
     */
    public static Path write(Path file, byte[] bytes) {
        requireName(file);
        try {
            Destination destination = Destination.of(file);
            if (destination.kind() == Destination.Kind.FILE) {
                replace(destination.path(), bytes);
            } else {
                destination.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + " must be writable, got " + e + ": choose another folder or make room on the disk", e);
        }
        return file;
    }

    /**
     * Fails if {@link #write} to this file could not succeed; call it before a long measurement. It tries to write, and
     * leaves no file behind.
     *
     * @throws UncheckedIOException with one sentence that names the file and the cause
     */
    public static void requireWritable(Path file) {
        requireName(file);
        String found = "";
        try {
            Destination destination = Destination.of(file);
            if (destination.kind() == Destination.Kind.FILE) {
                found = obstacle(destination.path());
            } else if (!Files.isWritable(destination.path())) {
                found = "no permission to write to it";
            }
        } catch (IOException e) {
            found = e.toString();
        }
        if (!found.isEmpty()) {
            throw new UncheckedIOException(
                    file + " must be writable, got " + found + ": choose another folder", new IOException(found));
        }
    }

    private static void requireName(Path file) {
        if (file.toAbsolutePath().getParent() == null) {
            throw new UncheckedIOException(
                    file + " must be a file, got the root of all folders: name a file in a folder",
                    new IOException("a folder"));
        }
    }

    /** Why there can be no file at the place; empty if there can. */
    private static String obstacle(Path place) {
        if (Files.isDirectory(place)) {
            return "a folder of that name";
        }
        Path name = place;
        Path folder = place.getParent();
        while (folder != null && !Files.exists(folder)) {
            name = folder;
            folder = folder.getParent();
        }
        if (folder == null || !Files.isDirectory(folder)) {
            return "no folder to write to in " + folder;
        }
        // Permissions are not enough: the disk may be read-only or full, the name too long.
        Path trial = beside(folder.resolve(name.getFileName()));
        try {
            Files.createFile(trial);
            Files.delete(trial);
            return "";
        } catch (IOException e) {
            return "no folder to write to in " + folder + " (" + e + ")";
        }
    }

    private static void replace(Path place, byte[] bytes) throws IOException {
        Files.createDirectories(place.getParent());
        deleteAbandoned(place);
        Path beside = beside(place);
        BESIDE.add(beside);
        try {
            try (FileOutputStream out = new FileOutputStream(beside.toFile())) {
                out.write(bytes);
                // Without this a power cut after the move may leave an empty file under the final name.
                out.getFD().sync();
            }
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
            BESIDE.remove(beside);
        }
    }

    private static Path beside(Path place) {
        return place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** Deletes the temporary files that a killed process left beside this place. */
    private static void deleteAbandoned(Path place) throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        String begin = "." + place.getFileName() + ".";
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(place.getParent(), entry -> {
            String name = entry.getFileName().toString();
            return name.startsWith(begin) && name.endsWith(".tmp");
        })) {
            for (Path entry : entries) {
                // It is 0 for a file that another process deletes meanwhile.
                if (Instant.ofEpochMilli(entry.toFile().lastModified()).isBefore(limit)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }
}
