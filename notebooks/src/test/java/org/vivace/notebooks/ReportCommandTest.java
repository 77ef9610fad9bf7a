package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.RecordFile;
import org.vivace.measure.TuningRecord;

/** {@code report} on the records that are kept here. */
class ReportCommandTest {

    private static final Path RESULTS = Path.of("results");

    @TempDir
    private Path folder;

    @Test
    void showsWhatARecordFound() {
        Path out = folder.resolve("out");
        Path json = folder.resolve("again.json");
        CommandRun run = report(RESULTS.resolve("vision.json"), "--out", out, "--json", json);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains(
                        "plain DJL again", "MixedPrecision(bf16) + ChannelsLast", "The recipe makes a training step of")
                .contains(out.resolve("index.html").toString());
        assertThat(out.resolve("table.csv")).isNotEmptyFile();
        BenchRecord record = BenchRecord.read(RESULTS.resolve("vision.json"));
        assertThat(BenchRecord.read(out.resolve("record.json"))).isEqualTo(record);
        assertThat(BenchRecord.read(json)).isEqualTo(record);
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
        Path out = folder.resolve("out");
        Path json = folder.resolve("again.json");
        CommandRun run = report(RESULTS.resolve("tuning/vision.json"), "--out", out, "--json", json);
        assertThat(run.err()).isEmpty();
        TuningRecord record = TuningRecord.read(RESULTS.resolve("tuning/vision.json"));
        assertThat(run.out())
                .contains("The learning rate of vision:")
                .containsPattern("(?m)^" + record.best() + " .* best$");
        assertThat(out).doesNotExist();
        assertThat(TuningRecord.read(json)).isEqualTo(record);
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
        for (String text : List.of("{\"split\": {}}", "{\"rates\": []}", "{\"other\": 1}", "[1]", "null", "no json")) {
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
