package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher builds what has changed since it last did, and nothing else. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no launcher")
class LauncherBuildTest {

    @TempDir
    private Path folder;

    @Test
    void aChangeInAnyModule() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a system with bash");
        Launched launched = new Launched(folder);
        Files.createDirectories(folder.resolve("notebooks/target/classes"));
        List<Path> sources = Stream.of(
                        "module/pom.xml", "module/src/main/A", "toolkit/core/src/main/A", "toolkit/report/pom.xml")
                .map(folder::resolve)
                .toList();
        for (Path source : sources) {
            Files.createDirectories(source.getParent());
            Files.writeString(source, "");
        }
        assertThat(launched.start("--version").ended().code()).isZero();

        launched.program("mvn", "echo asked; exit 1");
        assertThat(launched.start("--version").ended().code()).isZero();
        for (Path source : sources) {
            Files.writeString(source, "changed");
            CommandRun run = launched.start("--version").ended();
            assertThat(run.code()).as("%s", source).isEqualTo(1);
            assertThat(run.err()).as("%s", source).contains("asked\n").contains("the build failed");
            // As after a build that went well.
            Files.setLastModifiedTime(
                    folder.resolve("notebooks/target/vivace.classpath"), Files.getLastModifiedTime(source));
        }
        assertThat(launched.start("--version").ended().code()).isZero();
    }
}
