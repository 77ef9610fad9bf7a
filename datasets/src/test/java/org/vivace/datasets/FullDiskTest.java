package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullDiskTest {
    private static final Path FULL = Path.of("/dev/full");
    private static final Command NEVER = (where, words) -> {
        throw new AssertionError("asked although the disk is full");
    };

    @TempDir
    Path root;

    @Test
    void aFullDiskIsOneSentenceAndLeavesNoHalfFileAndNoOtherSourceIsAsked() throws IOException {
        assumeTrue(Files.isWritable(FULL), "needs /dev/full");
        Command npm = (where, words) -> {
            Files.writeString(where.resolve("half.tgz"), "half");
            Files.writeString(FULL, "more");
        };
        FetchedDataSet set = new FetchedDataSet(
                "greetings",
                "a greeting",
                List.of(DataCacheTest.HELLO),
                List.of(),
                new DataCache(root),
                List.of(new NpmPackage("tiny@1.0.0", npm), new NpmPackage("other@1.0.0", NEVER)),
                "say hello yourself");

        assertThatThrownBy(set::fetch)
                .isInstanceOf(IOException.class)
                .hasMessageMatching(Pattern.quote("expected room for greetings in " + root
                                + " (1 MB to stay, more while it is fetched), found the disk full (")
                        + ".*No space left on device\\) and [0-9]+ MB free after tidying up: make room, or name a folder"
                        + " on another disk in VIVACE_DATA");
        assertThat(root).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No space left on device",
                "/data/x: No space left on device",
                "There is not enough space on the disk",
                "Disk quota exceeded",
                "npm failed with ENOSPC"
            })
    void itHasManyNames(String message) throws IOException {
        IOException reason = new IOException(message);

        assertThat(FullDisk.or(reason, root)).isInstanceOf(FullDisk.class).hasMessage(message);
        assertThat(FullDisk.or(new IOException("could not unpack", reason), root))
                .isInstanceOf(FullDisk.class)
                .hasMessage("could not unpack");
    }

    @Test
    void otherReasonsStayWhatTheyAre() throws IOException {
        IOException reason = new IOException("no connection");

        assertThat(FullDisk.or(reason, root)).isSameAs(reason);
    }
}
