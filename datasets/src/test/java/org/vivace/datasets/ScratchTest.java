package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    @TempDir
    Path root;

    @Test
    void itIsThereUntilItIsClosed() throws IOException {
        Path folder;
        try (Scratch scratch = Scratch.in(root.resolve("cache"))) {
            folder = scratch.folder();
            assertThat(folder).isEmptyDirectory().hasParent(root.resolve("cache"));
            Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("half"), "x");
        }
        assertThat(folder).doesNotExist();
        assertThat(root.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void whatAKilledFetchLeftIsDeletedADayLaterAndOthersStay() throws IOException {
        Path abandoned = aged(Files.createDirectory(root.resolve(".fetch1")), Duration.ofHours(25));
        Path running = aged(Files.createDirectory(root.resolve(".fetch2")), Duration.ofHours(23));
        Path data = aged(Files.createDirectory(root.resolve("greetings")), Duration.ofDays(400));

        try (Scratch scratch = Scratch.in(root)) {
            assertThat(root).isDirectoryContaining(scratch.folder()::equals);
            assertThat(abandoned).doesNotExist();
            assertThat(running).exists();
            assertThat(data).exists();
        }
    }

    @Test
    void halfFilesInTheCacheAreDeletedADayLaterToo() throws IOException {
        Path folder = Files.createDirectory(root.resolve("greetings"));
        Path abandoned = aged(Files.createFile(folder.resolve(".hello.bin1.partial")), Duration.ofHours(25));
        Path running = aged(Files.createFile(folder.resolve(".hello.bin2.partial")), Duration.ofHours(23));

        new DataCache(root).put("greetings", DataCacheTest.HELLO, DataCacheTest.bytes("hello"));
        assertThat(abandoned).doesNotExist();
        assertThat(running).exists();
    }

    private static Path aged(Path entry, Duration age) throws IOException {
        return Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minus(age)));
    }
}
