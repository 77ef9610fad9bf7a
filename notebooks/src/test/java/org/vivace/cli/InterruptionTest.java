package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.BenchRecord;

/** Ctrl-C, in a process of its own. */
@Tag("clock")
@Tag("slow")
class InterruptionTest {

    @TempDir
    private Path folder;

    @Test
    void whatWasTimedIsWritten() throws Exception {
        BenchRecord record = interrupted("timing: ", "--steps=100000000");
        assertThat(record.baseline().nanos()).isNotEmpty();
        assertThat(record.baseline().peakBytes()).isEmpty();
    }

    @Test
    void whatWasTimedIsWrittenAlsoWhereItComesWhileMemoryIsMeasured() throws Exception {
        BenchRecord record = interrupted("memory: FusedAdamW", "--steps=6");
        assertThat(record.baseline().nanos()).hasSize(3);
        assertThat(record.baseline().peakBytes().getAsLong()).isPositive();
        assertThat(record.variants().get(0).nanos()).hasSize(3);
        assertThat(record.variants().get(0).peakBytes()).isEmpty();
    }

    /** The record of a bench that gets Ctrl-C shortly after the words appear on its screen. */
    private BenchRecord interrupted(String words, String steps) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/bin/kill")))
                .as("a system with kill")
                .isTrue();
        IgnoredSignals.assumeArrives("INT");
        Path json = folder.resolve("bench.json");
        List<String> command = EnduranceSubjects.java(
                Vivace.class,
                List.of("-Xmx1g", "-Dvivace.terminal=true"),
                CommandRun.smallBench(steps, "--json=" + json, "--out=" + folder.resolve("out")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader screen =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            waitFor(words, screen);
            // A few whole rounds, so that there is something to write, and less than a JVM needs to start.
            Thread.sleep(500);
            new ProcessBuilder("/bin/kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            String rest = screen.lines().reduce("", (all, line) -> all + line + "\n");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(rest).isEqualTo(130);
            assertThat(rest).contains("The measurement was interrupted; these are its results until then.");
        } finally {
            process.destroyForcibly();
        }
        assertThat(folder.resolve("out/index.html")).isNotEmptyFile();
        BenchRecord record = BenchRecord.read(json);
        assertThat(record.partial()).isTrue();
        return record;
    }

    private static void waitFor(String words, BufferedReader screen) throws Exception {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(words) < 0) {
            int next = screen.read();
            assertThat(next).as("the process ended after: " + seen).isNotNegative();
            seen.append((char) next);
        }
    }
}
