package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicallyTest {

    @TempDir
    private Path folder;

    /** What the process under a limit does: it writes more than it may and tells the sentence. */
    static final class Writing {

        private Writing() {}

        public static void main(String[] arguments) {
            try {
                Atomically.write(Path.of(arguments[0]), "x".repeat(1 << 20));
                System.out.print("written");
            } catch (UncheckedIOException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    @Test
    void replacesAFileByTheWholeNewOne() throws Exception {
        Path file = folder.resolve("deep/er/record.json");
        Atomically.write(file, "one");
        assertThat(Atomically.write(file, "zwei – ö")).isEqualTo(file);
        assertThat(file).hasContent("zwei – ö");
        assertThat(file.getParent().toFile().list()).containsExactly("record.json");
    }

    /** A limit on the size of files stops a write half-way, as a full disk does. */
    @Test
    void whatCannotBeWrittenWholeLeavesTheOldFileAndNothingElse() throws Exception {
        Path shell = Path.of("/bin/sh");
        assumeThat(Files.isExecutable(shell)).as("a system with a shell").isTrue();
        Path file = Files.writeString(folder.resolve("record.json"), "the old record");
        Process process = new ProcessBuilder(
                        shell.toString(),
                        "-c",
                        "ulimit -f 64 && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writing.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said)
                .startsWith(file + " must be writable, got ")
                .endsWith(": choose another folder or make room on the disk");
        assertThat(file).hasContent("the old record");
        assertThat(folder.toFile().list()).containsExactly("record.json");
    }

    @Test
    void theFileThatALinkLeadsToIsReplacedAndTheLinkStays() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        Path target = Files.writeString(there.resolve("target.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), Path.of("there/target.json"));
        Path second = Files.createSymbolicLink(folder.resolve("second.json"), link);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling.json"), there.resolve("new/made.json"));

        for (Path each : List.of(link, second, dangling)) {
            Atomically.requireWritable(each);
            Atomically.write(each, "by " + each.getFileName());
            assertThat(each).isSymbolicLink();
        }

        assertThat(target).hasContent("by second.json").isRegularFile();
        assertThat(there.resolve("new/made.json")).hasContent("by dangling.json");
        assertThat(there.toFile().list()).containsExactlyInAnyOrder("target.json", "new");
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("there", "link.json", "second.json", "dangling.json");
    }

    @Test
    void aLinkThatLeadsBackToItselfIsAnError() throws Exception {
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        assertThatThrownBy(() -> Atomically.requireWritable(loop))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith(loop + " must be writable, got java.nio.file.FileSystemLoopException");
        assertThatThrownBy(() -> Atomically.write(loop, "x")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aPipeIsWrittenThrough() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeThat(Files.isExecutable(Path.of("/usr/bin/mkfifo")))
                .as("a system with pipes that have a name")
                .isTrue();
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        Atomically.requireWritable(pipe);
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Atomically.write(pipe, "through");
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("through");
        assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther())
                .isTrue();
        assertThat(folder.toFile().list()).containsExactly("pipe");
    }

    /** By a link, so that a fault here replaces the link and not the machine's device. */
    @Test
    void aDeviceIsWrittenToAndAFullOneIsAnErrorOfOneSentence() throws Exception {
        Path full = Path.of("/dev/full");
        assumeThat(Files.exists(full)).as("a system with a full device").isTrue();
        Path link = Files.createSymbolicLink(folder.resolve("full"), full);
        Atomically.requireWritable(link);
        assertThatThrownBy(() -> Atomically.write(link, "x"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageMatching(
                        link + " must be writable, got .*No space left on device.*: choose another folder or"
                                + " make room on the disk");
        Path nothing = Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
        Atomically.write(nothing, "x");
        for (Path each : List.of(full, Path.of("/dev/null"))) {
            assertThat(Files.readAttributes(each, BasicFileAttributes.class).isOther())
                    .isTrue();
        }
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aSocketIsConnectedTo() throws Exception {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Atomically.requireWritable(path);
            Atomically.write(path, "through");
            try (SocketChannel client = server.accept()) {
                ByteBuffer buffer = ByteBuffer.allocate(100);
                while (client.read(buffer) >= 0) {
                    Thread.onSpinWait();
                }
                assertThat(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8))
                        .isEqualTo("through");
            }
        }
        assertThat(Files.readAttributes(path, BasicFileAttributes.class).isOther())
                .isTrue();
    }

    /** Also where it is a file: what the process prints before and after is still there. */
    @Test
    void standardOutputIsGoneOnWith() throws Exception {
        assumeThat(Files.exists(Path.of("/dev/stdout")))
                .as("a system with a name for it")
                .isTrue();
        Path out = folder.resolve("out");
        for (String name : List.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Printing.class.getName(),
                            name)
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(process.waitFor()).isZero();
            assertThat(out).as(name).hasContent("before, within, after");
        }
        assertThat(folder.toFile().list()).containsExactly("out");
    }

    static final class Printing {

        private Printing() {}

        public static void main(String[] arguments) {
            System.out.print("before, ");
            System.out.flush();
            Atomically.requireWritable(Path.of(arguments[0]));
            Atomically.write(Path.of(arguments[0]), "within, ");
            System.out.print("after");
        }
    }

    @Test
    void whetherItCanBeWrittenIsTriedAndLeavesNothing() throws Exception {
        Atomically.requireWritable(folder.resolve("deep/er/record.json"));
        Atomically.requireWritable(folder.resolve("record.json"));
        assertThat(folder.toFile().list()).isEmpty();

        Path file = Files.writeString(folder.resolve("file"), "x");
        Path within = file.resolve("record.json");
        assertThatThrownBy(() -> Atomically.requireWritable(within))
                .hasMessage(
                        within + " must be writable, got no folder to write to in " + file + ": choose another folder");
        assertThatThrownBy(() -> Atomically.requireWritable(folder))
                .hasMessage(folder + " must be writable, got a folder of that name: choose another folder");
        Path endless = folder.resolve("n".repeat(300));
        assertThatThrownBy(() -> Atomically.requireWritable(endless))
                .hasMessageStartingWith(endless + " must be writable, got no folder to write to in " + folder + " (");
    }

    /** The root user may write everywhere, and yet not here. */
    @Test
    void aFolderThatTakesNoFilesIsFoundWhateverItsPermissionsAre() {
        Path file = Path.of("/proc/record.json");
        assumeThat(Files.isDirectory(file.getParent()))
                .as("a system with /proc")
                .isTrue();
        assertThatThrownBy(() -> Atomically.requireWritable(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith(file + " must be writable, got no folder to write to in /proc (");
    }

    @Test
    void whatAKilledProcessLeftIsDeletedADayLater() throws Exception {
        Path file = folder.resolve("record.json");
        Path old = Files.writeString(folder.resolve(".record.json.1.tmp"), "half");
        Path fresh = Files.writeString(folder.resolve(".record.json.2.tmp"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        Atomically.write(file, "whole");
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void anInterruptOfTheThreadDoesNotDisturbIt() {
        Path file = folder.resolve("record.json");
        Thread.currentThread().interrupt();
        Atomically.write(file, "whole");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasContent("whole");
    }

    @Test
    void theRootIsNoFile() {
        Path root = folder.getRoot();
        assertThatThrownBy(() -> Atomically.write(root, "x"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(root + " must be a file, got the root of all folders: name a file in a folder");
    }
}
