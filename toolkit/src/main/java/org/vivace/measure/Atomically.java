package org.vivace.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file whole or not at all: beside its place first, then moved there in one step. */
public final class Atomically {

    private Atomically() {}

    /** As {@link #write(Path, byte[])}, in UTF-8. */
    public static Path write(Path file, String text) {
        return write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Folders that are missing are made; a file already there is replaced only by the whole new one.
     *
     * @return {@code file}
     * @throws UncheckedIOException whose one sentence names the file and the cause
     */
    public static Path write(Path file, byte[] bytes) {
        Path place = file.toAbsolutePath();
        if (place.getParent() == null) {
            throw new UncheckedIOException(
                    file + " must be a file, got the root of all folders: name a file in a folder",
                    new IOException("a folder"));
        }
        Path beside = place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(place.getParent());
            try {
                writeThrough(beside, bytes);
                Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + " must be writable, got " + e + ": choose another folder or make room on the disk", e);
        }
        return file;
    }

    /**
     * Fails where {@link #write} to this file could not succeed, to be called before an hour of measuring. Makes nothing.
     *
     * @throws UncheckedIOException whose one sentence names the file and the cause
     */
    public static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder) || Files.isDirectory(file)) {
            String found = Files.isDirectory(file) ? "a folder of that name" : "no folder to write to in " + folder;
            throw new UncheckedIOException(
                    file + " must be writable, got " + found + ": choose another folder", new IOException(found));
        }
    }

    private static void writeThrough(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            // Without this a power cut after the move may leave an empty file under the final name.
            channel.force(true);
        }
    }
}
