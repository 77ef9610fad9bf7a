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
 * The target of writing to a path, after following all links.
 *
 * @param path of the file itself, with links resolved; for anything but a file, as given
 * @param kind of what exists there
 */
record Destination(Path path, Kind kind) {

    /** Kinds of targets. */
    enum Kind {
        /** A file, or nothing yet: can be replaced. */
        FILE,
        /** A device, a pipe or an open stream of this process: must not be replaced, since others use it. */
        STREAM,
        /** A socket in the file system: connected to, not opened. */
        SOCKET
    }

    private static final int MOST_LINKS = 40;
    /** The standard streams, which may be redirected to a file: opening it again would overwrite its content. */
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

    /** Writes to a target that is not replaced. */
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
        // An open file is appended to.
        try (OutputStream stream = new FileOutputStream(path.toFile(), true)) {
            stream.write(bytes);
        }
    }

    /** Whether it is one of the system's names for this process's open files, such as a process substitution. */
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
