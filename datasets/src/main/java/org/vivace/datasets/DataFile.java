package org.vivace.datasets;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The expected form of one file of a data set. Length and checksum are of the uncompressed content, since sources
 * compress it differently.
 *
 * @param name its name without {@code .gz}
 * @param bytes its length
 * @param sha256 its SHA-256 in lower-case hexadecimal
 */
public record DataFile(String name, int bytes, String sha256) {
    private static final int GZIP_MAGIC = 0x1f8b;

    /** Returns the file of this name, or of this name and {@code .gz}, in the folder. */
    public Optional<Path> in(Path folder) {
        Path plain = folder.resolve(name);
        Path packed = folder.resolve(name + ".gz");
        return Files.isRegularFile(plain)
                ? Optional.of(plain)
                : Optional.of(packed).filter(Files::isRegularFile);
    }

    /**
     * Reads the content, unpacked and verified.
     *
     * @throws IOException if the file is missing, ends early, or has other content
     */
    public byte[] read(Path folder) throws IOException {
        Path file = in(folder).orElseThrow(() -> missing(folder));
        byte[] content;
        try (InputStream in = unpacked(file)) {
            // One byte more than expected is enough to know that it is too long.
            content = in.readNBytes(bytes + 1);
        } catch (EOFException | ZipException broken) {
            throw new IOException(
                    "expected a whole gzip file in " + file + ", found that it breaks off or is damaged ("
                            + broken.getMessage() + "): delete it and fetch the data set again",
                    broken);
        }
        Optional<String> difference = difference(content.length, newSha256().digest(content));
        if (difference.isPresent()) {
            throw new IOException(
                    file + " is damaged: " + difference.get() + ": delete it and fetch the data set again");
        }
        return content;
    }

    /** Whether the folder has it, complete and correct. */
    boolean isWholeIn(Path folder) {
        try {
            return read(folder).length == bytes;
        } catch (IOException missingOrDamaged) {
            return false;
        }
    }

    /** Opens the content in the folder, unpacked but not verified. */
    InputStream open(Path folder) throws IOException {
        return unpacked(in(folder).orElseThrow(() -> missing(folder)));
    }

    /** How a content differs from the expected one, if it does. */
    Optional<String> difference(long foundBytes, byte[] foundSha256) {
        String expected = "expected " + bytes + " bytes with SHA-256 " + sha256 + ", found ";
        if (foundBytes > bytes) {
            return Optional.of(expected + "more bytes");
        }
        String found = HexFormat.of().formatHex(foundSha256);
        return foundBytes == bytes && found.equals(sha256)
                ? Optional.empty()
                : Optional.of(expected + foundBytes + " with " + found);
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new AssertionError(everyJvmHasIt);
        }
    }

    private FileNotFoundException missing(Path folder) {
        return new FileNotFoundException(
                "expected " + name + " or " + name + ".gz in " + folder + ", found neither: fetch the data set again");
    }

    private static InputStream unpacked(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            int magic = in.read() << 8 | in.read();
            in.reset();
            return magic == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException broken) {
            in.close();
            throw broken;
        }
    }
}
