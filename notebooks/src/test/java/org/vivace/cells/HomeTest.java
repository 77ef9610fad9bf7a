package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {

    @TempDir
    Path folder;

    @Test
    void theLauncherSaysItThenTheEnvironmentThenTheFoldersAbove() throws Exception {
        Path inside = Files.createDirectories(folder.resolve("vivace/notebooks/results"));
        assertThat(Home.folder(Map.of("vivace.home", "/a")::get, Map.of("VIVACE_HOME", "/b")::get, inside))
                .isEqualTo(Path.of("/a"));
        assertThat(Home.folder(name -> null, Map.of("VIVACE_HOME", "/b")::get, inside))
                .isEqualTo(Path.of("/b"));
        assertThat(Home.folder(name -> null, name -> null, inside)).isEqualTo(folder.resolve("vivace"));
        assertThat(Home.folder(name -> null, name -> null, folder)).isEqualTo(folder);
    }
}
