package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaveFolderTest {

    @TempDir
    private Path folder;

    private static SaveFolder.Content text(String text) {
        return save -> SaveFolder.write(save.resolve("text"), text);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void keepsTheNewestTwo() throws IOException {
        SaveFolder saves = new SaveFolder(folder);
        for (long step : new long[] {8, 9, 10, 11}) {
            saves.save(step, text("at " + step));
        }

        assertThat(names()).containsExactly("step-000000000010", "step-000000000011");
        assertThat(saves.newestFirst().get(0).resolve("text")).hasContent("at 11");
    }

    @Test
    void aStepThatIsThereAlreadyStays() throws IOException {
        SaveFolder saves = new SaveFolder(folder);
        saves.save(8, text("first"));
        saves.save(8, text("second"));

        assertThat(saves.newestFirst().get(0).resolve("text")).hasContent("first");
    }

    @Test
    void clearsAwayWhatAKilledProcessHasLeft() throws IOException {
        new SaveFolder(folder).save(8, text("whole"));
        Files.createDirectories(folder.resolve(".partial-1234"));
        Files.writeString(folder.resolve(".partial-1234").resolve("arrays.bin"), "half of");
        // Killed between the new save's rename and the end of the old ones' deletion.
        new SaveFolder(folder).save(9, text("whole"));
        Files.createDirectories(folder.resolve("step-000000000007"));
        Files.createDirectories(folder.resolve(".partial-step-000000000006"));

        SaveFolder saves = new SaveFolder(folder);
        assertThat(names()).containsExactly("step-000000000007", "step-000000000008", "step-000000000009");
        assertThat(saves.newestFirst().get(0)).hasFileName("step-000000000009");
        saves.save(10, text("whole"));
        assertThat(names()).containsExactly("step-000000000009", "step-000000000010");
    }

    @Test
    void aSaveThatFailsLeavesNothingAndSaysWhy() throws IOException {
        SaveFolder saves = new SaveFolder(folder);
        saves.save(8, text("whole"));

        assertThatIOException()
                .isThrownBy(() -> saves.save(9, save -> {
                    text("half").writeTo(save);
                    throw new FileSystemException("arrays.bin", null, "No space left on device");
                }))
                .withMessage(
                        "could not save step 9 in " + folder + " (No space left on device): make room there or save"
                                + " elsewhere, and resume from the save before it");
        assertThatIOException()
                .isThrownBy(() -> saves.save(9, save -> {
                    throw new UncheckedIOException(new IOException("Input/output error"));
                }))
                .withMessageContaining("(Input/output error)");
        assertThat(names()).containsExactly("step-000000000008");
    }

    @Test
    void refusesAPlaceWhereNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "a file");

        assertThatIOException()
                .isThrownBy(() -> new SaveFolder(file))
                .withMessage("expected a folder to save the run in, got " + file
                        + ", where nothing can be written (file" + " already exists): name another one");
        assertThatIOException()
                .isThrownBy(() -> new SaveFolder(file.resolve("below")))
                .withMessageMatching(
                        "expected a folder to save the run in, got .*, where nothing can be written \\(.+\\):"
                                + " name another one");
    }
}
