package org.vivace.measure;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where writing to a path ends, after all links.
 *
 * @param path of the file itself, which no link stands for any more; of what is no file, as it was given
 * @param kind what is there
 */
record Destination(Path path, Kind kind) {

    /** What can be written to. */
    enum Kind {
        /** A file, or nothing yet: it can be replaced. */
        FILE,
        /** A device, a pipe or an open stream of this process: replaced, it would be gone for everybody else. */
        STREAM,
        /** A socket in the file system, which is connected to and not opened. */
        SOCKET
    }

    private static final int MOST_LINKS = 40;
    /** The streams that may be a file under these names: opened anew, one would write over what is there already. */
    private static final Map<String, FileDescriptor> STANDARD = Map.of(
            "/dev/stdout", FileDescriptor.out,
            "/dev/fd/1", FileDescriptor.out,
            "/proc/self/fd/1", FileDescriptor.out,
            "/dev/stderr", FileDescriptor.err,
            "/dev/fd/2", FileDescriptor.err,
            "/proc/self/fd/2", FileDescriptor.err);

    /** Follows the links of a path; the file at their end need not exist. */
    static Destination of(Path file) throws IOException {
        Path place = file.toAbsolutePath();
        for (int links = 0; links <= MOST_LINKS; links++) {
            if (STANDARD.containsKey(place.toString()) || isOpenFile(place)) {
                return new Destination(place, Kind.STREAM);
            }
            if (!Files.isSymbolicLink(place)) {
                boolean other = Files.exists(place) && !Files.isRegularFile(place) && !Files.isDirectory(place);
                return new Destination(place, other ? isSocket(place) ? Kind.SOCKET : Kind.STREAM : Kind.FILE);
            }
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        throw new FileSystemLoopException(file.toString());
    }

    /** Writes to what is not replaced, all or up to where it takes no more. */
    void write(byte[] bytes) throws IOException {
        if (kind == Kind.SOCKET) {
            try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                socket.connect(UnixDomainSocketAddress.of(path));
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    socket.write(buffer);
                }
            }
            return;
        }
        FileDescriptor standard = STANDARD.get(path.toString());
        if (standard != null) {
            // Not closed: the stream is still needed.
            OutputStream stream = new FileOutputStream(standard);
            stream.write(bytes);
            return;
        }
        // An open file is gone on with at its end.
        try (OutputStream stream = new FileOutputStream(path.toFile(), true)) {
            stream.write(bytes);
        }
    }

    /** One of the names that the system gives to what this process has open, such as a substituted process. */
    private static boolean isOpenFile(Path place) {
        String name = place.toString();
        return name.matches("/dev/fd/\\d+|/proc/(self|\\d+)/fd/\\d+") && Files.exists(place);
    }

    private static boolean isSocket(Path place) throws IOException {
        int format = 0xF000;
        int socket = 0xC000;
        return place.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ((Integer) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS) & format) == socket;
    }
}
