package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsReadAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("poem.any"), "Grüße\r\nno end of line");

        assertThat(TextFiles.read(file)).isEqualTo("Grüße\r\nno end of line");
    }

    @Test
    void aFolderIsItsFilesInTheOrderOfTheirPaths() throws IOException {
        Files.writeString(folder.resolve("b.txt"), "second");
        Files.writeString(folder.resolve("a.md"), "first\n");
        Files.createDirectories(folder.resolve("c/d"));
        Files.writeString(folder.resolve("c/d/e"), "third");
        Files.writeString(folder.resolve("empty.txt"), "");

        assertThat(TextFiles.read(folder)).isEqualTo("first\nsecond\nthird\n");
    }

    @Test
    void hiddenFilesAreLeftOut() throws IOException {
        Files.createDirectories(folder.resolve(".git"));
        Files.write(folder.resolve(".git/index"), new byte[] {(byte) 0xff});
        Files.write(folder.resolve(".DS_Store"), new byte[] {(byte) 0xff});
        Files.writeString(folder.resolve("a.txt"), "a");

        assertThat(TextFiles.read(folder)).isEqualTo("a");
    }

    @Test
    void aByteOrderMarkIsDropped() throws IOException {
        Path file = Files.writeString(folder.resolve("bom.txt"), "\ufeffabc");

        assertThat(TextFiles.read(file)).isEqualTo("abc");
    }

    @Test
    void aMissingPathIsNamed() {
        Path missing = folder.resolve("nowhere");

        assertThatThrownBy(() -> TextFiles.read(missing))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected a text file or a folder at " + missing + ", found nothing: correct the path");
    }

    @Test
    void anEmptyFolderIsNamed() throws IOException {
        Files.writeString(folder.resolve(".hidden"), "a");

        assertThatThrownBy(() -> TextFiles.read(folder))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected text files in the folder " + folder + ", found none: put UTF-8 files there");
    }

    @Test
    void aFileThatIsNotUtf8IsNamedWithThePlace() throws IOException {
        // Past the decoder's first buffer, after a two-byte letter.
        byte[] bytes = ("é" + "x".repeat(20_000) + "e").getBytes(StandardCharsets.UTF_8);
        bytes[20_002] = (byte) 0xe9;
        Path file = Files.write(folder.resolve("latin1.txt"), bytes);

        assertThatThrownBy(() -> TextFiles.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected UTF-8 text in " + file + ", found the byte 0xe9 at offset 20002, which is not:"
                        + " convert the file to UTF-8 or move it elsewhere");
    }

    @Test
    void aLetterCutInHalfIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("cut.txt"), new byte[] {'a', (byte) 0xc3});

        assertThatThrownBy(() -> TextFiles.read(file)).hasMessageContaining("0xc3 at offset 1");
    }
}
