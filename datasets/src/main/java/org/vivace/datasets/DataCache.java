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
 * The folder that fetched data sets are kept in, a folder each. A file in it is whole and verified, or is not there:
 * it is written beside its place, checked, and moved there in one step.
 *
 * @param root the folder; it need not exist yet
 */
public record DataCache(Path root) {
    private static final String PARTIAL = ".partial";
    private static final int MOST_LINKS = 40;

    /** Returns the user's: the folder that {@code VIVACE_DATA} names, else {@code .vivace/data} in the home folder. */
    public static DataCache ofUser() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static DataCache of(Map<String, String> environment, Path home) {
        String named = environment.getOrDefault("VIVACE_DATA", "");
        return new DataCache(named.isBlank() ? home.resolve(".vivace").resolve("data") : Path.of(named));
    }

    /** Returns where the files of a data set are kept. */
    public Path folder(String dataSet) {
        return root.resolve(dataSet);
    }

    /**
     * Puts a file into the cache, over one that is there.
     *
     * @param content what it holds, unpacked; not closed
     * @return the file
     * @throws IOException if the content cannot be read, or its length or checksum is wrong: nothing is kept then
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

    /** What a link leads to, so that a file kept elsewhere is replaced there and the link stays. */
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

    /** Stops at the limit: what sends more than it should may never end. */
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
