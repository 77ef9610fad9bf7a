package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCacheTest {
    /** {@code printf hello | sha256sum} */
    static final DataFile HELLO =
            new DataFile("hello.bin", 5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");

    @TempDir
    Path root;

    @Test
    void theFolderIsTheEnvironmentsElseInTheHome() {
        Path home = Path.of("home");

        assertThat(DataCache.of(Map.of("VIVACE_DATA", "elsewhere"), home).root())
                .isEqualTo(Path.of("elsewhere"));
        assertThat(DataCache.of(Map.of(), home).root()).isEqualTo(Path.of("home", ".vivace", "data"));
        assertThat(DataCache.of(Map.of("VIVACE_DATA", " "), home).root()).isEqualTo(Path.of("home", ".vivace", "data"));
    }

    @Test
    void aRightFileIsKept() throws IOException {
        Path kept = cache().put("greetings", HELLO, bytes("hello"));

        assertThat(kept).isEqualTo(root.resolve("data/greetings/hello.bin")).hasContent("hello");
        assertThat(HELLO.read(kept.getParent())).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
        assertThat(namesBelow(root)).containsExactly("hello.bin");
    }

    @Test
    void whatALinkLeadsToIsReplacedAndTheLinkStays() throws IOException {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path target = Files.writeString(elsewhere.resolve("kept.bin"), "old");
        Path link = Files.createDirectories(root.resolve("data/greetings")).resolve("hello.bin");
        Files.createSymbolicLink(link, target);

        assertThat(cache().put("greetings", HELLO, bytes("hello")))
                .isEqualTo(link)
                .isSymbolicLink();

        assertThat(target).hasContent("hello");
        assertThat(elsewhere.toFile().list()).containsExactly("kept.bin");
    }

    @Test
    void aTruncatedFileIsKeptOut() throws IOException {
        assertThatThrownBy(() -> cache().put("greetings", HELLO, bytes("hell")))
                .isInstanceOf(IOException.class)
                .hasMessage("hello.bin was not kept: expected 5 bytes with SHA-256"
                        + " 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824, found 4 with"
                        + " 0ebdc3317b75839f643387d783535adc360ca01f33c75f7c1e7373adcd675c0b:"
                        + " fetch it again, it came damaged or cut short");
        assertThat(namesBelow(root)).isEmpty();
    }

    @Test
    void aCorruptFileOfTheRightLengthIsKeptOutAndTheOldOneStays() throws IOException {
        cache().put("greetings", HELLO, bytes("hello"));

        assertThatThrownBy(() -> cache().put("greetings", HELLO, bytes("jello")))
                .hasMessageContaining("found 5 with");
        assertThat(cache().folder("greetings").resolve("hello.bin")).hasContent("hello");
        assertThat(namesBelow(root)).containsExactly("hello.bin");
    }

    @Test
    void aDownloadThatBreaksOffLeavesNothing() throws IOException {
        InputStream breaking = new SequenceInputStream(bytes("hel"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
                return read();
            }
        });

        assertThatThrownBy(() -> cache().put("greetings", HELLO, breaking)).hasMessage("connection reset");
        assertThat(namesBelow(root)).isEmpty();
    }

    @Test
    void aDownloadThatNeverEndsIsCutOff() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'h';
            }

            @Override
            public int read(byte[] to, int from, int length) {
                Arrays.fill(to, from, from + length, (byte) 'h');
                return length;
            }
        };

        assertThatThrownBy(() -> cache().put("greetings", HELLO, endless)).hasMessageContaining("found more bytes:");
        assertThat(namesBelow(root)).isEmpty();
    }

    private DataCache cache() {
        return new DataCache(root.resolve("data"));
    }

    static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<String> namesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList()
                    .stream();
        }
    }
}
