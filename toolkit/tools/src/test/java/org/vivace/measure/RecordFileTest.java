package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {

    @TempDir
    private Path folder;

    @Test
    void aRecordOfAnyKindIsWhatItsParserMakesOfTheText() throws Exception {
        Path file = Files.writeString(folder.resolve("number.json"), "42");
        Integer number = RecordFile.read(file, Integer::valueOf);
        assertThat(number).isEqualTo(42);
    }

    @Test
    void whatTheParserRefusesIsNoWholeRecord() throws Exception {
        Path file = Files.writeString(folder.resolve("number.json"), "4x");
        assertThatThrownBy(() -> RecordFile.read(file, Integer::valueOf))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " must be a whole Vivace record, got a file that is cut short or something else:"
                        + " measure again or give another file")
                .hasCauseInstanceOf(NumberFormatException.class);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        Path none = folder.resolve("none.json");
        assertThatThrownBy(() -> RecordFile.read(none, text -> text))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(none + " must be a record, found no such file: give its path");
    }
}
