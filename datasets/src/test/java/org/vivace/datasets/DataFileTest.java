package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vivace.datasets.DataCacheTest.HELLO;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileTest {
    @TempDir
    Path folder;

    @Test
    void plainAndPackedReadTheSame() throws IOException {
        Files.write(folder.resolve("hello.bin.gz"), gzip("hello"));
        assertThat(HELLO.read(folder)).asString(StandardCharsets.UTF_8).isEqualTo("hello");

        Files.writeString(folder.resolve("hello.bin"), "hello");
        assertThat(HELLO.in(folder)).contains(folder.resolve("hello.bin"));
        assertThat(HELLO.read(folder)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    }

    @Test
    void aPackedFileWithoutItsEndingIsStillUnpacked() throws IOException {
        Files.write(folder.resolve("hello.bin"), gzip("hello"));

        assertThat(HELLO.read(folder)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    }

    @Test
    void aDamagedFileIsNamedAndToBeDeleted() throws IOException {
        Path file = Files.writeString(folder.resolve("hello.bin"), "hell");

        assertThatThrownBy(() -> HELLO.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is damaged: expected 5 bytes with SHA-256"
                        + " 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824, found 4 with"
                        + " 0ebdc3317b75839f643387d783535adc360ca01f33c75f7c1e7373adcd675c0b:"
                        + " delete it and fetch the data set again");
        Files.writeString(file, "hello, world");
        assertThatThrownBy(() -> HELLO.read(folder)).hasMessageContaining("found more bytes: delete it");
        Files.writeString(file, "");
        assertThatThrownBy(() -> HELLO.read(folder)).hasMessageContaining("found 0 with");
    }

    @Test
    void aTruncatedGzipFileIsNamedAndToBeDeleted() throws IOException {
        byte[] whole = gzip("hello");
        Path file = folder.resolve("hello.bin.gz");
        for (int length : new int[] {3, 12, whole.length - 4}) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> HELLO.read(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "expected a whole gzip file in " + file + ", found that it breaks off or is damaged (")
                    .hasMessageEndingWith("): delete it and fetch the data set again");
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> HELLO.read(folder))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected hello.bin or hello.bin.gz in " + folder
                        + ", found neither: fetch the data set again");
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }
}
