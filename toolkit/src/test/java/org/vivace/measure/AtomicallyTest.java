package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void theRootIsNoFile() {
        Path root = folder.getRoot();
        assertThatThrownBy(() -> Atomically.write(root, "x"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(root + " must be a file, got the root of all folders: name a file in a folder");
    }
}
