package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.RecordFile;
import org.vivace.measure.TuningRecord;

/** {@code report} on the records that are kept here. */
@Tag("slow")
class ReportCommandTest {

    private static final Path RESULTS = Path.of("results");

    @TempDir
    private Path folder;

    @Test
    void showsWhatARecordFound() {
        CommandRun run = shown(RESULTS.resolve("vision.json"));
        Path out = out();
        assertThat(run.out())
                .contains("plain DJL again", "MixedPrecision(bf16)", "+ ChannelsLast + FusedSgd")
                .contains("The recipe MixedPrecision(bf16) + ChannelsLast + FusedSgd makes a")
                .contains(out.resolve("index.html").toString());
        assertThat(out.resolve("table.csv")).isNotEmptyFile();
        BenchRecord record = BenchRecord.read(RESULTS.resolve("vision.json"));
        assertThat(BenchRecord.read(out.resolve("record.json"))).isEqualTo(record);
        assertThat(BenchRecord.read(again())).isEqualTo(record);
    }

    @Test
    void severalRecordsHaveAFolderEach() {
        Path out = folder.resolve("out");
        Path json = folder.resolve("all.json");
        CommandRun run =
                report(RESULTS.resolve("optimizer.json"), RESULTS.resolve("memory.json"), "--out", out, "--json", json);
        assertThat(run.code()).isZero();
        for (String each : new String[] {"optimizer", "optimizer-2", "optimizer-3", "optimizer-4", "memory"}) {
            assertThat(out.resolve(each).resolve("index.html")).isNotEmptyFile();
        }
        assertThat(RecordFile.readAll(json)).hasSize(5);
    }

    @Test
    void saysWhatIsWrongWithAFileAndWritesNothing() throws Exception {
        String whole = Files.readString(RESULTS.resolve("vision.json"));
        Path cut = Files.writeString(folder.resolve("cut.json"), whole.substring(0, whole.length() / 2));
        Path newer = Files.writeString(folder.resolve("newer.json"), whole.replace("\"schema\": 1", "\"schema\": 99"));
        Path empty = Files.writeString(folder.resolve("empty.json"), "{\"records\": []}");
        Path none = folder.resolve("none.json");
        refused(none, none + " must be a record, found no such file: give its path");
        refused(
                cut,
                cut + " must be a whole Vivace record, got a file that is cut short or something else: measure again or"
                        + " give another file");
        refused(
                newer,
                newer + " must have schema " + BenchRecord.SCHEMA + " or older, got 99: read it with a newer Vivace");
        refused(empty, empty + " must hold a record, got an empty list of them: measure again or give another file");
    }

    @Test
    void showsTheSearchForALearningRate() {
        CommandRun run = shown(RESULTS.resolve("tuning/vision.json"));
        TuningRecord record = TuningRecord.read(RESULTS.resolve("tuning/vision.json"));
        assertThat(run.out())
                .contains("The learning rate of vision:")
                .containsPattern("(?m)^" + record.best().getAsDouble() + " .* best$");
        assertThat(out()).doesNotExist();
        assertThat(TuningRecord.read(again())).isEqualTo(record);
    }

    /** An estimate is shown as the command showed it when it made it. */
    @Test
    void showsAnEstimateAndItsCheck() {
        Path file = folder.resolve("estimate.json");
        CommandRun made = CommandRun.of(
                "estimate",
                "mlp",
                "--batch=2",
                "--methods=FusedAdamW",
                "--steps=1000",
                "--price=2",
                "--check",
                "--json=" + file);
        assertThat(made.err()).isEmpty();
        CommandRun run = shown(file);
        assertThat(run.out()).isEqualTo("\n" + made.out());
        assertThat(run.out())
                .contains("mlp, batch 2, FusedAdamW")
                .contains("parameters 3,716,106", "run of 1000 steps: ", "cost: ")
                .contains("measured ");
        assertThat(out()).doesNotExist();
        assertThat(again()).hasSameTextualContentAs(file);
    }

    @Test
    void showsATableOfEstimates() throws Exception {
        String row = """
                {"estimate": {"workload": "mlp", "methods": %s, "batch": 8, "memory": {}, "seconds": {}, "notes": []},
                 "measured": {}, "flopsError": 0.001, "memoryError": -0.25, "timeError": 0.125}""";
        Path file = Files.writeString(
                folder.resolve("table.json"),
                "{\"rows\": [" + row.formatted("[]") + "," + row.formatted("[\"MixedPrecision(bf16)\"]") + """
                ],
                 "flopsError": {"median": 0.001, "worst": 0.002}, "memoryError": {"median": 0.1, "worst": 0.25},
                 "timeError": {"median": 0.12, "worst": 0.125}, "notes": ["vgg11 with X: nothing to work on"]}""");
        CommandRun run = report(file);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .containsExactly(
                        "",
                        "workload     methods                                              batch    FLOPs   memory     time",
                        "mlp          no methods                                               8    +0.1%   -25.0%   +12.5%",
                        "mlp          MixedPrecision(bf16)                                     8    +0.1%   -25.0%   +12.5%",
                        "error of FLOPs: median 0.1 %, worst 0.2 %",
                        "error of memory: median 10.0 %, worst 25.0 %",
                        "error of time: median 12.0 %, worst 12.5 %",
                        "vgg11 with X: nothing to work on");
    }

    @Test
    void kindsAreNotPutTogetherIntoOneFile() {
        Path json = folder.resolve("all.json");
        CommandRun run = report(RESULTS.resolve("tuning/vision.json"), RESULTS.resolve("vision.json"), "--json", json);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("vivace: --json puts several records of 'vivace bench' into one file, got one of another"
                        + " kind among them: give that one alone");
        assertThat(json).doesNotExist();
    }

    @Test
    void whatIsNoRecordIsOneSentence() throws Exception {
        for (String text : List.of(
                "{\"split\": {}}",
                "{\"rates\": []}",
                "{\"estimate\": {}}",
                "{\"rows\": [{}], \"notes\": []}",
                "{\"rows\": 3}",
                "{\"other\": 1}",
                "[1]",
                "null",
                "no json")) {
            Path file = Files.writeString(folder.resolve("other.json"), text);
            CommandRun run = report(file);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .isEqualTo("vivace: " + file + " must be a whole Vivace record, got a file that is cut short or"
                            + " something else: measure again or give another file\n");
        }
    }

    @Test
    void aFileIsNeeded() {
        CommandRun run = CommandRun.of("report");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("vivace: Missing required parameter: 'FILE' (see 'vivace report --help')\n");
    }

    private Path out() {
        return folder.resolve("out");
    }

    private Path again() {
        return folder.resolve("again.json");
    }

    /** Shows one record, and writes it again. */
    private CommandRun shown(Path record) {
        CommandRun run = report(record, "--out", out(), "--json", again());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run;
    }

    private void refused(Path file, String sentence) {
        Path out = folder.resolve("out");
        CommandRun run = report(RESULTS.resolve("vision.json"), file, "--out", out);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("vivace: " + sentence + "\n");
        assertThat(out).doesNotExist();
    }

    private static CommandRun report(Object... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = "report";
        for (int i = 0; i < arguments.length; i++) {
            line[i + 1] = arguments[i].toString();
        }
        return CommandRun.of(line);
    }
}
