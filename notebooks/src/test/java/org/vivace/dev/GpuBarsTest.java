package org.vivace.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.cli.CommandRun;

class GpuBarsTest {

    private static final String HERE = "\"machine\": {\"device\": \"gpu0\"}";

    @TempDir
    private Path folder;

    @BeforeEach
    void nothingYet() throws IOException {
        Files.writeString(folder.resolve("steps.txt"), "");
    }

    private void step(String name, String end, String fields) throws IOException {
        Path steps = folder.resolve("steps.txt");
        Files.writeString(steps, Files.readString(steps) + name + " " + end + " 7\n");
        Files.writeString(folder.resolve(name + ".json"), "{" + HERE + ", " + fields + "}");
    }

    private static String bench(double speedup, double millis, double mfu) {
        return "\"partial\": false, \"variants\": [{\"speedup\": {\"median\": " + speedup
                + "}, \"stepMillis\": {\"median\": " + millis + "}, \"mfu\": " + mfu + "}]";
    }

    private GpuBar.Verdict verdict(String bar) {
        return GpuBars.ALL.stream()
                .filter(each -> each.name().equals(bar))
                .findFirst()
                .orElseThrow()
                .of(GpuRecords.read(folder, "gpu0"));
    }

    private void notMeasured(String bar, String why) {
        GpuBar.Verdict verdict = verdict(bar);
        assertThat(verdict.met()).as(verdict.line()).isEmpty();
        assertThat(verdict.value()).isEmpty();
        assertThat(verdict.line()).isEqualTo("-      " + bar + ": not measured: " + why);
    }

    private static final String LANGUAGE = "language, times as fast as plain DJL";

    @Test
    void whatWasMeasuredIsJudgedByItsSideOfTheLimit() throws IOException {
        step("language", "0", bench(4, 20, 0.399));
        assertThat(verdict(LANGUAGE).line()).isEqualTo("met    " + LANGUAGE + ": 4 (at least 4)");
        assertThat(verdict("language, share of the peak").line())
                .isEqualTo("missed language, share of the peak: 0.399 (at least 0.4)");
        step("torch-language", "0", "\"variants\": [{\"name\": \"eager\", \"stepMillis\": {\"median\": 16}}]");
        assertThat(verdict("language, step over that of eager torch").line())
                .isEqualTo("missed language, step over that of eager torch: 1.25 (at most 1.05)");
        notMeasured("language, step over that of compiled torch", "torch-language has no steps that are compiled");
    }

    @Test
    void aStepThatDidNotDoItsWorkIsNeverANumber() throws IOException {
        notMeasured(LANGUAGE, "language was not run");
        step("language", "1", bench(5, 20, 0.5));
        Files.writeString(folder.resolve("language.log"), "\nvivace: expected memory, got none: add some\nmore\n\n");
        notMeasured(LANGUAGE, "language failed with exit code 1: vivace: expected memory, got none: add some");
        step("vision", "124", bench(5, 20, 0.5));
        notMeasured("vision, times as fast as plain DJL", "vision was ended at its time limit, after 7 s");
        step("resnet50", "late", bench(5, 20, 0.5));
        notMeasured("ResNet-50, times as fast as plain DJL", "resnet50 was not begun, as no time was left");
        step("decoder", "skipped", bench(5, 20, 0.6));
        notMeasured("a billion parameters, share of the peak", "decoder was skipped");
    }

    @Test
    void aRecordThatIsNoneOrFromElsewhereIsNeverANumber() throws IOException {
        step("language", "0", bench(5, 20, 0.5));
        Files.writeString(folder.resolve("language.json"), "{\"variants\": [");
        notMeasured(LANGUAGE, "language left no record that can be read");
        Files.delete(folder.resolve("language.json"));
        notMeasured(LANGUAGE, "language left no record that can be read");
        Files.writeString(folder.resolve("language.json"), "{\"machine\": {\"device\": \"cpu\"}}");
        notMeasured(LANGUAGE, "language ran on cpu instead of gpu0");
        Files.writeString(folder.resolve("language.json"), "{" + HERE + ", \"partial\": true}");
        notMeasured(LANGUAGE, "language was interrupted");
        Files.writeString(folder.resolve("language.json"), "{" + HERE + ", \"variants\": []}");
        notMeasured(LANGUAGE, "the record has nothing at variants.0.speedup.median");
        Files.writeString(
                folder.resolve("language.json"), "{" + HERE + ", \"variants\": [{\"speedup\": {\"median\": null}}]}");
        notMeasured(LANGUAGE, "the record has no number at variants.0.speedup.median");
    }

    private static final String SUITE = "tests of the CUDA suite that fail";

    @Test
    void theSuiteCountsItsFailuresIfAnyTestRan() throws IOException {
        step("suite", "1", "\"complete\": true, \"passed\": 3, \"skipped\": [], \"failed\": [{\"test\": \"A > b()\"}]");
        assertThat(verdict(SUITE).line()).isEqualTo("missed " + SUITE + ": 1 (at most 0): the first is A > b()");
        nothingYet();
        step("suite", "0", "\"complete\": true, \"passed\": 3, \"skipped\": [], \"failed\": []");
        assertThat(verdict(SUITE).met()).isEqualTo(Optional.of(true));
        nothingYet();
        step("suite", "0", "\"complete\": true, \"passed\": 0, \"skipped\": [{\"why\": \"no GPU\"}], \"failed\": []");
        notMeasured(SUITE, "no test of suite ran: no GPU");
        nothingYet();
        step("suite", "0", "\"complete\": true, \"passed\": 0, \"skipped\": [], \"failed\": []");
        notMeasured(SUITE, "no test of suite ran, as none was found");
        nothingYet();
        step("suite", "134", "\"complete\": false, \"passed\": 3, \"running\": \"A > b()\", \"failed\": []");
        notMeasured(SUITE, "suite failed with exit code 134");
    }

    @Test
    void checkpointingIsJudgedByTheMemoryOfActivations() throws IOException {
        step(
                "memory",
                "0",
                bench(0.8, 20, 0.5)
                        + ", \"settings\": {\"activation memory of plain DJL\": \"40000 MiB\","
                        + " \"activation memory of the recipe\": \"8000 MiB\"}");
        assertThat(verdict("checkpointing, share of the activations' memory").value())
                .hasValue(0.2);
        assertThat(verdict("checkpointing, step over that of plain DJL").value())
                .hasValue(1.25);
        nothingYet();
        step(
                "memory",
                "0",
                "\"settings\": {\"activation memory of plain DJL\": \"0.0 MiB\", \"activation memory of x\": \"1 MiB\"}");
        notMeasured(
                "checkpointing, share of the activations' memory",
                "memory found none that plain DJL's activations take");
    }

    @Test
    void theWorstEstimateIsJudgedAndAllMustBeThere() throws IOException {
        step("estimate-language", "0", "\"memoryError\": 0.05, \"timeError\": -0.1");
        step("estimate-recipe", "0", "\"memoryError\": -0.2, \"timeError\": 0.02");
        notMeasured("estimates, largest error of memory", "estimate-vision was not run");
        step("estimate-vision", "0", "\"memoryError\": 0.01, \"timeError\": 0.03");
        assertThat(verdict("estimates, largest error of memory").line())
                .isEqualTo("missed estimates, largest error of memory: 0.2 (at most 0.1)");
        assertThat(verdict("estimates, largest error of time").met()).contains(true);
    }

    @Test
    void verdictsAreComparedWithWhatIsKnown() throws IOException {
        for (String[] each : List.of(
                new String[] {"launch", "host"}, new String[] {"compute", "optimizer"}, new String[] {"input", "input"
                })) {
            step("verdict-" + each[0], "0", "\"verdict\": {\"boundBy\": \"" + each[1] + "\"}");
        }
        assertThat(verdict("verdicts that name what is known, of three").line())
                .isEqualTo("missed verdicts that name what is known, of three: 2 (at least 3): verdict-compute says"
                        + " optimizer instead of compute");
    }

    private static final String CIFAR = "CIFAR-10, seconds to 94 %";

    private static String trials(String... trials) {
        return "\"quality\": {\"arms\": [{}, {\"trials\": [" + String.join(", ", trials) + "]}]}";
    }

    @Test
    void theTimeToAnAccuracyIsThatOfTheFirstEvaluationAboveIt() throws IOException {
        String ten = "{\"evaluatedAt\": [4, 8, 10], \"quality\": [0.9, 0.935, 0.941]}";
        String eight = "{\"evaluatedAt\": [4, 8, 10], \"quality\": [0.9, 0.94, 0.939]}";
        step("cifar", "0", trials(ten, eight));
        assertThat(verdict(CIFAR).line()).isEqualTo("met    " + CIFAR + ": 9 (at most 15)");
        nothingYet();
        step("cifar", "0", trials(ten, "{\"evaluatedAt\": [4, 8], \"quality\": [0.9, 0.931]}"));
        assertThat(verdict(CIFAR).value()).isEmpty();
        assertThat(verdict(CIFAR).line())
                .isEqualTo("missed " + CIFAR + ": never (at most 15): the seed that came least far reached 93.1 %");
        nothingYet();
        step("cifar", "0", trials());
        notMeasured(CIFAR, "cifar has no training with the recipe");
    }

    @Test
    void theCommandWritesTheSummaryAndEndsWithOneUnlessAllIsMet() throws IOException {
        step("language", "0", bench(5, 20, 0.5));
        CommandRun run = CommandRun.of("bars", folder.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("met    " + LANGUAGE + ": 5 (at least 4)\n")
                .contains("vision was not run");
        assertThat(run.out().lines()).hasSameSizeAs(GpuBars.ALL);
        assertThat(folder.resolve("summary.json"))
                .content()
                .contains("\"kind\": \"gpu-check\"", "\"bar\": \"" + LANGUAGE + "\"", "\"seconds\": 7");
    }

    @Test
    void anotherFolderIsRefused() {
        Path empty = folder.resolve("empty");
        assertThatThrownBy(() -> GpuRecords.read(empty, "gpu0"))
                .hasMessage("expected a folder of notebooks/gpu-check, found no readable steps.txt in " + empty
                        + ": give the one that it wrote");
    }

    @Test
    void aBrokenListOfStepsIsRefused() throws IOException {
        Files.writeString(folder.resolve("steps.txt"), "language well 3\n");
        assertThatThrownBy(() -> GpuRecords.read(folder, "gpu0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a line of steps.txt with a step, its end and its seconds, got 'language well 3':"
                        + " run notebooks/gpu-check again");
    }
}
