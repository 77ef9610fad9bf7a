package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.Prediction;
import org.vivace.bench.Size;
import org.vivace.cells.Live.Mode;
import org.vivace.estimate.StepTime;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;
import org.vivace.profile.ProfileRecord;
import tech.tablesaw.api.Table;

class LiveTest {

    private static final Mode UNLIMITED = new Mode(false, false, Optional.empty());
    private static final Mode HURRIED = new Mode(false, false, Optional.of(Duration.ofMillis(30)));
    private static final Mode FALLBACK = new Mode(true, false, Optional.empty());
    private static final Mode RECORDING = new Mode(false, true, Optional.empty());
    private static final Machine ELSEWHERE =
            new Machine("A fast CPU", List.of(), 64, 64, 1, "os", "jdk", "djl", "libtorch", "cpu", "abc123abc1234567");

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Live live(Mode mode) {
        return new Live(folder, mode, new PrintStream(screen, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    private static BenchRecord times(String command) {
        List<List<Long>> nanos = List.of(List.of(1L, 1L));
        Timings timings = new Timings(
                List.of(new Samples("plain DJL", nanos), new Samples("FusedAdamW", nanos)), Optional.empty(), false);
        return BenchRecord.of(command, "language", ELSEWHERE, timings, List::of);
    }

    private static <T> Callable<T> notCalled() {
        return () -> {
            throw new AssertionError("measured although the record was asked for");
        };
    }

    private static Callable<BenchRecord> untilInterrupted() {
        return () -> {
            while (!Thread.interrupted()) {
                Thread.onSpinWait();
            }
            return times("a piece of the live one").asPartial();
        };
    }

    @Tag("clock")
    @Test
    void aMeasurementInTimeIsShownAsItIs() throws Exception {
        times("the recorded one").write(folder.resolve("ladder.json"));
        BenchRecord record = times("the live one");
        assertThat(live(HURRIED).bench("ladder", () -> record)).isSameAs(record);
        assertThat(said()).matches("Live, in \\d+\\.\\d s\\.\\R");
    }

    @Test
    void theFallbackShowsTheRecordAndSaysSo() throws Exception {
        BenchRecord kept = times("the recorded one");
        kept.write(folder.resolve("ladder.json"));
        BenchRecord shown = live(FALLBACK).bench("ladder", notCalled());
        assertThat(shown).isEqualTo(kept.withWorkload("language (recorded)"));
        assertThat(said().lines())
                .containsExactly(
                        "RECORDED, not live: VIVACE_FALLBACK=1 asks for that.",
                        kept.date().substring(0, 10) + " on A fast CPU, 64 cores, cpu, commit abc123abc123.");
    }

    @Test
    void theFallbackWithoutARecordIsAnError() {
        Path file = folder.resolve("ladder.json");
        assertThatThrownBy(() -> live(FALLBACK).bench("ladder", notCalled()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + " must be a record, found no such file: give its path");
    }

    @Tag("clock")
    @Test
    void whatTakesTooLongGivesWayToTheRecordAndSaysSo() throws Exception {
        times("the recorded one").write(folder.resolve("ladder.json"));
        Live live = live(HURRIED);
        BenchRecord shown = live.bench("ladder", untilInterrupted());
        assertThat(shown.command()).isEqualTo("the recorded one");
        assertThat(shown.workload()).isEqualTo("language (recorded)");
        assertThat(said()).startsWith("RECORDED, not live: a live one did not finish within 0 s.");
        assertThat(live.bench("again", () -> times("the next one")).command()).isEqualTo("the next one");
    }

    @Tag("clock")
    @Test
    void whatTakesLongGoesOnWhereThereIsNoRecord() throws Exception {
        Callable<BenchRecord> slow = () -> {
            Thread.sleep(150);
            return times("the live one");
        };
        assertThat(live(HURRIED).bench("ladder", slow).command()).isEqualTo("the live one");
    }

    @Test
    void aMeasurementThatFailsIsNotHiddenByTheRecord() {
        times("the recorded one").write(folder.resolve("ladder.json"));
        Callable<BenchRecord> failing = () -> {
            throw new IllegalStateException("the step failed");
        };
        assertThatThrownBy(() ->
                        live(new Mode(false, false, Optional.of(Live.LIMIT))).bench("ladder", failing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the step failed");
        assertThat(said()).isEmpty();
    }

    @Test
    void recordingKeepsWhatTheFallbackShows() throws Exception {
        BenchRecord record = times("the live one");
        assertThat(live(RECORDING).bench("ladder", () -> record)).isSameAs(record);
        assertThat(said()).endsWith("Kept as ladder.json." + System.lineSeparator());
        assertThat(BenchRecord.read(folder.resolve("ladder.json"))).isEqualTo(record);
        assertThat(live(FALLBACK).bench("ladder", notCalled())).isEqualTo(record.withWorkload("language (recorded)"));
    }

    @Test
    void anInterruptedMeasurementIsNotKept() throws IOException {
        Path file = folder.resolve("ladder.json");
        assertThatThrownBy(() ->
                        live(RECORDING).bench("ladder", () -> times("a piece").asPartial()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(file + " must hold a whole measurement, got an interrupted one: run the cell again");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void profilesAreKeptAndShownTheSameWay() throws Exception {
        Path file = Files.writeString(folder.resolve("made.json"), """
                {"schema": 1, "command": "c", "workload": "language", "date": "2026-11-22T22:00:00Z", "machine":
                {"cpu": "A fast CPU", "flags": [], "cores": 1, "threads": 1, "memoryBytes": 1, "os": "os", "jdk": "jdk",
                "djl": "djl", "libtorch": "libtorch", "device": "gpu0", "commit": "abc123"}}
                """);
        ProfileRecord record = ProfileRecord.read(file);
        live(RECORDING).profile("step", () -> record);
        screen.reset();
        assertThat(live(FALLBACK).profile("step", notCalled())).isEqualTo(record.withWorkload("language (recorded)"));
        assertThat(said().lines()).element(1).isEqualTo("2026-11-22 on A fast CPU, 1 core, gpu0, commit abc123.");
    }

    @Test
    void predictionsAreKeptWithTheMachineTheyAreFor() throws Exception {
        Prediction predicted = new Prediction(
                "language",
                List.of("FusedAdamW"),
                new StepTime(1, 2, 3),
                new StepTime(1, 2, 1),
                10,
                9,
                List.of("a note"));
        assertThat(live(RECORDING).prediction("first", () -> predicted)).isSameAs(predicted);
        screen.reset();
        assertThat(live(FALLBACK).prediction("first", notCalled()))
                .isEqualTo(predicted.withWorkload("language (recorded)"));
        assertThat(said()).contains("on " + LocalMachine.machine().cpu() + ", ");
    }

    @Test
    void whatTookLongerThanATalkIsShownAsARecord() {
        BenchRecord kept = times("an hour");
        kept.write(folder.resolve("long.json"));
        Live live = new Live(folder.resolve("talk"), UNLIMITED, new PrintStream(screen, true, StandardCharsets.UTF_8));
        assertThat(live.earlier("long")).isEqualTo(kept.withWorkload("language (recorded)"));
        assertThat(said())
                .startsWith("RECORDED, not live: it took longer than a talk." + System.lineSeparator()
                        + kept.date().substring(0, 10) + " on A fast CPU, 64 cores, cpu, commit abc123abc123.");
        assertThat(live.table().rowCount()).isZero();
    }

    @Test
    void nothingIsPreparedForAFallback() throws Exception {
        List<String> done = new ArrayList<>();
        live(UNLIMITED).before(() -> done.add("calibrated"));
        live(FALLBACK).before(notCalled());
        assertThat(done).containsExactly("calibrated");
    }

    @Tag("clock")
    @Test
    void theTableTellsWhichMeasurementsWereLive() throws Exception {
        times("the recorded one").write(folder.resolve("ladder.json"));
        Live live = live(HURRIED);
        live.bench("failure", () -> times("the live one"));
        live.bench("ladder", untilInterrupted());
        Table table = live.table();
        assertThat(table.stringColumn("measurement").asList()).containsExactly("failure", "ladder");
        assertThat(table.stringColumn("source").asList()).containsExactly("live", "recorded");
        assertThat(table.doubleColumn("seconds").get(1)).isGreaterThanOrEqualTo(0.03);
    }

    @Test
    void theEnvironmentDecides() {
        assertThat(Mode.of(Map.of(), Size.DEFAULT)).isEqualTo(new Mode(false, false, Optional.of(Live.LIMIT)));
        assertThat(Mode.of(Map.of(), Size.QUICK)).isEqualTo(UNLIMITED);
        assertThat(Mode.of(Map.of("VIVACE_FALLBACK", "1"), Size.DEFAULT).fallback())
                .isTrue();
        assertThat(Mode.of(Map.of("VIVACE_FALLBACK", "0", "VIVACE_RECORD", ""), Size.QUICK))
                .isEqualTo(UNLIMITED);
        assertThat(Mode.of(Map.of("VIVACE_RECORD", "1"), Size.DEFAULT)).isEqualTo(RECORDING);
    }

    @Test
    void whatTheEnvironmentMustNotSay() {
        assertThatThrownBy(() -> Mode.of(Map.of("VIVACE_FALLBACK", "yes"), Size.QUICK))
                .hasMessage("VIVACE_FALLBACK must be 1 or 0, got yes: set it to 1, or unset it");
        assertThatThrownBy(() -> Mode.of(Map.of("VIVACE_RECORD", "talk"), Size.QUICK))
                .hasMessage("VIVACE_RECORD must be 1 or 0, got talk: set it to 1, or unset it");
        assertThatThrownBy(() -> Mode.of(Map.of("VIVACE_FALLBACK", "1", "VIVACE_RECORD", "1"), Size.QUICK))
                .hasMessage("expected one of VIVACE_FALLBACK and VIVACE_RECORD at most, got both: unset VIVACE_FALLBACK"
                        + " to make records, which are of live measurements");
    }
}
