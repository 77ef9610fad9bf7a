package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
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

/** At whatever moment an interrupt comes, a command ends in one sentence, with 130, and leaves nothing behind. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no launcher and no kill")
class LauncherInterruptTest {

    private static final String SENTENCE = "vivace: expected the command to finish, got an interrupt: start it again\n";
    private static final String KEPT =
            "vivace: expected the command to finish, got an interrupt and kept the results so far:"
                    + " start it again for the rest\n";
    private static final String BUILDING = "(vivace: building.*\n)?";

    @TempDir
    private Path folder;

    private Launched launched;

    @BeforeEach
    void launcher() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a system with bash");
        IgnoredSignals.assumeArrives("INT");
        launched = new Launched(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void whileMavenBuilds(String signal) throws Exception {
        IgnoredSignals.assumeArrives(signal);
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
        Path half = Files.createDirectories(folder.resolve("toolkit/core/target/classes"))
                .resolve("Half.class");
        Files.writeString(half, "half a class");
        launched.programThatTakesLong("mvn");
        Launched.Started command = launched.start("methods");
        Launched.await(launched.asked("mvn"));
        // All at once, as where the machine is switched off: Maven last, as whoever waits for it would tidy up.
        ProcessHandle.of(Long.parseLong(Files.readString(launched.asked("mvn")).strip()))
                .ifPresent(maven -> {
                    command.process().children().forEach(ProcessHandle::destroyForcibly);
                    command.process().destroyForcibly();
                    maven.destroyForcibly();
                });
        command.process().waitFor();
        assertThat(half).exists();

        launched = new Launched(Files.createDirectory(folder.resolve("again")));
        Files.createDirectories(launched.home().resolve("toolkit/core/target/classes"));
        Path again = Files.writeString(launched.home().resolve("toolkit/core/target/classes/Half.class"), "half");
        Files.copy(
                folder.resolve("notebooks/target/vivace.begin"),
                launched.home().resolve("notebooks/target/vivace.begin"));
        CommandRun run = launched.start("--version").ended();
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(again).doesNotExist();
        assertThat(launched.home().resolve("notebooks/target/vivace.begin")).doesNotExist();
    }

    /**
     * In the launcher, in the start of the JVM, in initializers, while libtorch is loaded, and while steps are timed.
     */
    @Test
    void atAnyMoment() throws Exception {
        assertThat(launched.start("--version").ended().code()).isZero();
        String[] arguments = CommandRun.smallBench("--steps=1000000", "--no-memory", "--out=" + folder.resolve("out"));
        long begin = System.nanoTime();
        assertThat(launched.start("methods").ended().code()).isZero();
        // A busy machine takes longer, so the moments are spread over the time that it takes now.
        double unit = (System.nanoTime() - begin) / 1e9;
        double[] moments = {0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8};
        for (int i = 0; i < moments.length; i++) {
            Launched.Started command = launched.start(arguments);
            command.listening();
            TimeUnit.MICROSECONDS.sleep((long) (1e6 * moments[i] * unit));
            command.signal(i % 2 == 0 ? "INT" : "TERM");
            CommandRun run = command.ended();
            assertThat(run.err())
                    .as("at %s of %.1f s", moments[i], unit)
                    .matches(BUILDING + "(" + SENTENCE + "|" + KEPT + ")");
            assertThat(run.code()).isEqualTo(130);
        }
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
