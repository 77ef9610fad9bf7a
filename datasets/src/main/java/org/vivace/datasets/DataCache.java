package org.vivace.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of fetched data sets, with one folder for each. A file in it is either complete and verified or absent: it
 * is written to a temporary file beside its place, checked, and moved there atomically.
 *
 * @param root the folder; it need not exist yet
 */
public record DataCache(Path root) {
    private static final String PARTIAL = ".partial";
    private static final int MOST_LINKS = 40;

    /** Returns the user's cache: the folder {@code VIVACE_DATA}, or else {@code .vivace/data} in the home folder. */
    public static DataCache ofUser() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static DataCache of(Map<String, String> environment, Path home) {
        String named = environment.getOrDefault("VIVACE_DATA", "");
        return new DataCache(named.isBlank() ? home.resolve(".vivace").resolve("data") : Path.of(named));
    }

    /** Returns the folder of a data set's files. */
    public Path folder(String dataSet) {
        return root.resolve(dataSet);
    }

    /**
     * Puts a file into the cache, replacing an existing one.
     *
     * @param content the unpacked content; not closed
     * @return the file
     * @throws IOException if the content cannot be read, or its length or checksum is wrong; then nothing is kept
     */
    public Path put(String dataSet, DataFile file, InputStream content) throws IOException {
        Path place = linked(Files.createDirectories(folder(dataSet)).resolve(file.name()));
        Path folder = Files.createDirectories(place.getParent());
        Scratch.deleteAbandoned(folder, ".*" + PARTIAL);
        Path partial = Files.createTempFile(folder, "." + file.name(), PARTIAL);
        try {
            MessageDigest sha256 = DataFile.newSha256();
            long found;
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(partial), sha256)) {
                found = copy(content, out, file.bytes() + 1L);
            }
            Optional<String> difference = file.difference(found, sha256.digest());
            if (difference.isPresent()) {
                throw new IOException(file.name() + " was not kept: " + difference.get()
                        + ": fetch it again, it came damaged or cut short");
            }
            Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
            return folder(dataSet).resolve(file.name());
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The target of a link, so that a file stored elsewhere is replaced there and the link stays. */
    private static Path linked(Path file) throws IOException {
        Path place = file;
        for (int links = 0; Files.isSymbolicLink(place); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(file.toString());
            }
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        return place;
    }

    /** Stops at the limit, since a source that sends too much may never end. */
    private static long copy(InputStream content, OutputStream out, long limit) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        while (copied < limit) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, limit - copied));
            if (read < 0) {
                break;
            }
            out.write(buffer, 0, read);
            copied += read;
        }
        return copied;
    }
}
