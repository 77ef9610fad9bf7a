package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PassingFolderTest {

    @Test
    void closingItDeletesEverythingInIt() throws Exception {
        Path path;
        try (PassingFolder folder = PassingFolder.named("vivace-test")) {
            path = folder.path();
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("file"), "text");
            assertThat(path.getFileName().toString()).startsWith("vivace-test");
        }
        assertThat(path).doesNotExist();
    }
}
