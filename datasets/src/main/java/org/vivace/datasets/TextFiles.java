package org.vivace.datasets;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The user's own text: a UTF-8 file, or all files of a folder. */
public final class TextFiles {
    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private TextFiles() {}

    /**
     * Returns the text of a file, or of every file in a folder and the folders below it, one after another with a line
     * break between them, in the order of their relative paths. Hidden files and folders (a name that begins with a
     * dot) are skipped; nothing else is, so a file that is not text is an error and not silently missing. A byte order
     * mark at the beginning of a file is dropped.
     *
     * @throws FileNotFoundException if there is no such path, or the folder has no files
     * @throws IOException if a file is not UTF-8: the message has its name and the offset of the first wrong byte
     */
    public static String read(Path fileOrFolder) throws IOException {
        if (!Files.exists(fileOrFolder)) {
            throw new FileNotFoundException(
                    "expected a text file or a folder at " + fileOrFolder + ", found nothing: correct the path");
        }
        List<Path> files = Files.isDirectory(fileOrFolder) ? filesBelow(fileOrFolder) : List.of(fileOrFolder);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            int wrong = firstNotUtf8(bytes);
            if (wrong >= 0) {
                throw new IOException(String.format(
                        "expected UTF-8 text in %s, found the byte 0x%02x at offset %d, which is not:"
                                + " convert the file to UTF-8 or move it elsewhere",
                        file, bytes[wrong], wrong));
            }
            int from = startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK_BYTES : 0;
            text.write(bytes, from, bytes.length - from);
            if (files.size() > 1 && bytes.length > from && bytes[bytes.length - 1] != '\n') {
                text.write('\n');
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            List<Path> files = below.filter(Files::isRegularFile)
                    .filter(file -> !hidden(folder.relativize(file)))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new FileNotFoundException(
                        "expected text files in the folder " + folder + ", found none: put UTF-8 files there");
            }
            return files;
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private static boolean hidden(Path relative) {
        for (Path name : relative) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** The offset of the first byte that is not UTF-8, or -1. */
    private static int firstNotUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(8192);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        return result.isError() ? in.position() : -1;
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK_BYTES
                && (bytes[0] & 0xff) == 0xef
                && (bytes[1] & 0xff) == 0xbb
                && (bytes[2] & 0xff) == 0xbf;
    }
}
