package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt ends a command in one sentence, with 130, and leaves nothing behind. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no launcher and no kill")
class LauncherInterruptTest {

    private static final String SENTENCE = "vivace: expected to come to the end, got an interrupt: start it again\n";
    private static final String BUILDING = "(vivace: building.*\n)?";

    @TempDir
    private Path folder;

    private Launched launched;

    @BeforeEach
    void launcher() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a system with bash");
        Path status = Path.of("/proc/self/status");
        assumeFalse(
                Files.isReadable(status)
                        && Files.readAllLines(status).stream()
                                .filter(line -> line.startsWith("SigIgn:"))
                                .anyMatch(line -> (Long.parseUnsignedLong(
                                                        line.substring(7).strip(), 16)
                                                & 2)
                                        != 0),
                "this process was started so that it, and what it starts, ignores Ctrl-C");
        launched = new Launched(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void whileMavenBuilds(String signal) throws Exception {
        launched.programThatTakesLong("mvn");
        Launched.Started command = launched.start("methods");
        Launched.await(launched.asked("mvn"));
        command.signal(signal);
        CommandRun run = command.ended();
        assertThat(run.code()).isEqualTo(130);
        assertThat(run.err()).matches(BUILDING + SENTENCE);
    }

    @Test
    void aBuildThatWasCutShortIsMadeAnew() throws Exception {
        Path half = Files.createDirectories(folder.resolve("toolkit/target/classes"))
                .resolve("Half.class");
        Files.writeString(half, "half a class");
        launched.programThatTakesLong("mvn");
        Launched.Started command = launched.start("methods");
        Launched.await(launched.asked("mvn"));
        command.signal("KILL");
        command.process().waitFor();
        ProcessHandle.of(Long.parseLong(Files.readString(launched.asked("mvn")).strip()))
                .ifPresent(ProcessHandle::destroyForcibly);
        assertThat(half).exists();

        launched = new Launched(Files.createDirectory(folder.resolve("again")));
        Files.createDirectories(launched.home().resolve("toolkit/target/classes"));
        Path again = Files.writeString(launched.home().resolve("toolkit/target/classes/Half.class"), "half");
        Files.copy(
                folder.resolve("notebooks/target/vivace.begin"),
                launched.home().resolve("notebooks/target/vivace.begin"));
        CommandRun run = launched.start("--version").ended();
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(again).doesNotExist();
        assertThat(launched.home().resolve("notebooks/target/vivace.begin")).doesNotExist();
    }

    @Test
    void whileAnotherProgramFetches() throws Exception {
        launched.programThatTakesLong("npm");
        launched.programThatTakesLong("apt-get");
        Launched.Started command = launched.start("data", "fetch", "sotu");
        Launched.await(launched.asked("npm"));
        command.signal("INT");
        CommandRun run = command.ended();
        assertThat(run.code()).isEqualTo(130);
        assertThat(run.err()).matches(BUILDING + SENTENCE);
        assertThat(launched.asked("apt-get")).doesNotExist();
        try (Stream<Path> left = Files.walk(folder.resolve("data"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void whereTheLauncherIsKilledJavaEndsToo() throws Exception {
        launched.programThatTakesLong("npm");
        Launched.Started command = launched.start("data", "fetch", "sotu");
        Launched.await(launched.asked("npm"));
        List<ProcessHandle> all = command.process().descendants().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        command.signal("KILL");
        for (ProcessHandle each : all) {
            each.onExit().get(30, TimeUnit.SECONDS);
        }
    }
}
