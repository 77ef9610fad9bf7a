package org.vivace.train;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The folder of a run's saves, one folder per step, {@code step-000000000120}. A save is written under another name and
 * renamed when it is on the disk, and renamed back before it is deleted: a folder with such a name is a complete save.
 */
final class SaveFolder {

    private static final int KEPT = 2;
    private static final String PREFIX = "step-";
    private static final String PARTIAL = ".partial-";
    private static final String DAMAGED = "damaged-";

    private final Path folder;

    /** Creates the folder, and deletes incomplete saves that a killed process has left in it. */
    SaveFolder(Path folder) throws IOException {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            for (Path partial : entries(PARTIAL)) {
                delete(partial);
            }
            delete(Files.createTempDirectory(folder, PARTIAL));
        } catch (IOException e) {
            throw new IOException(
                    "expected a folder to save the run in, got " + folder + ", where nothing can be written ("
                            + reason(e) + "): name another one",
                    e);
        }
    }

    interface Content {
        void writeTo(Path save) throws IOException;
    }

    void save(long step, Content content) throws IOException {
        Path complete = folder.resolve(String.format(Locale.ROOT, "%s%012d", PREFIX, step));
        if (Files.exists(complete)) {
            return; // this run has saved this step already
        }
        try {
            Path partial = Files.createTempDirectory(folder, PARTIAL);
            try {
                content.writeTo(partial);
                Files.move(partial, complete, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(partial);
            }
            List<Path> all = entries(PREFIX);
            for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
                Path leaving = folder.resolve(PARTIAL + old.getFileName());
                Files.move(old, leaving, StandardCopyOption.ATOMIC_MOVE);
                delete(leaving);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new IOException(
                    "could not save step " + step + " in " + folder + " (" + reason(e)
                            + "): make room there or save elsewhere, and resume from the save before it",
                    e);
        }
    }

    /** All saves, the newest first. */
    List<Path> newestFirst() throws IOException {
        List<Path> all = new ArrayList<>(entries(PREFIX));
        Collections.reverse(all);
        return all;
    }

    /** Renames a save, to be kept for inspection and no longer resumed from. */
    Path setAside(Path save) throws IOException {
        Path aside = folder.resolve(DAMAGED + save.getFileName());
        delete(aside);
        return Files.move(save, aside, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Not through a channel, which an interrupt of the thread would close. */
    static void write(Path file, String text) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
    }

    /** Oldest first. */
    private List<Path> entries(String prefix) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static void delete(Path save) throws IOException {
        if (!Files.exists(save)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(save)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    /** The system's message, without the path, which our message names already. */
    private static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        String name = cause.getClass().getSimpleName();
        return cause instanceof FileSystemException || cause.getMessage() == null
                ? name.replaceAll("Exception$", "")
                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                        .toLowerCase(Locale.ROOT)
                : cause.getMessage();
    }
}
