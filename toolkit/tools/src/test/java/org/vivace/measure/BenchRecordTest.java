package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchRecordTest {

    private final BenchRecord record = SampleRecord.language();

    @TempDir
    private Path folder;

    @Test
    void comesBackAsItWasWritten() {
        Path file = record.write(folder.resolve("new/demo.json"));
        assertThat(BenchRecord.read(file)).isEqualTo(record);
    }

    @Test
    void keepsTheFieldsOfTheContract() {
        JsonObject json = JsonParser.parseString(record.toJson()).getAsJsonObject();
        assertThat(json.get("schema").getAsInt()).isEqualTo(1);
        assertThat(json.keySet())
                .contains("command", "workload", "date", "machine", "baseline", "aa", "variants", "curves", "partial");
        JsonObject baseline = json.getAsJsonObject("baseline");
        assertThat(baseline.getAsJsonObject("stepMillis").keySet()).containsExactly("median", "low", "high");
        assertThat(baseline.get("peakBytes").getAsLong()).isEqualTo(3_100_000_000L);
        assertThat(json.getAsJsonObject("aa").get("verdict").getAsString()).isEqualTo("not distinguishable");
        JsonObject full = json.getAsJsonArray("variants").get(4).getAsJsonObject();
        assertThat(full.getAsJsonArray("methods").get(4).getAsString()).isEqualTo("SequenceLengthWarmup(0.3)");
        assertThat(full.get("verdict").getAsString()).isEqualTo("faster");
        assertThat(full.getAsJsonObject("speedup").get("median").getAsDouble()).isCloseTo(4.11, within(0.1));
        assertThat(full.get("loss").getAsDouble()).isEqualTo(1.87);
        assertThat(json.getAsJsonArray("variants").get(0).getAsJsonObject().keySet())
                .as("what was not measured is left out")
                .doesNotContain("loss", "peakBytes");
    }

    @Test
    void verdictsFollowFromTheRawSamplesInTheRecord() {
        Samples baseline = new Samples("baseline", record.baseline().nanos());
        for (Variant variant : record.variants()) {
            Samples samples = new Samples(variant.title(), variant.nanos());
            assertThat(variant.nanos()).hasSize(12).allMatch(round -> round.size() == 4);
            assertThat(samples.speedupOver(baseline)).isEqualTo(variant.speedup());
            assertThat(samples.stepMillis()).isEqualTo(variant.stepMillis());
        }
    }

    @Test
    void theRecipeIsTheVariantWithMostMethods() {
        assertThat(record.recipe().orElseThrow().methods()).hasSize(5);
        assertThat(record.recipe().orElseThrow().title())
                .isEqualTo("MixedPrecision(bf16) + LowPrecisionLayerNorm + FusedAttention + FusedAdamW"
                        + " + SequenceLengthWarmup(0.3)");
    }

    @Test
    void utilisationIsTheShareOfTheMeasuredPeak() {
        // 2e9 operations at 1000 GFLOP/s take 2 ms at least; a step of 8 ms reaches a quarter.
        Samples eight = new Samples("base", List.of(List.of(8_000_000L)));
        Samples four = new Samples("fast", List.of(List.of(4_000_000L)));
        Timings timings = new Timings(List.of(eight, four), Optional.empty(), false);
        BenchRecord small = BenchRecord.of("c", "w", SampleRecord.machine(), timings, List::of)
                .withPeak(1000, 2e9);
        assertThat(small.baseline().mfu().getAsDouble()).isCloseTo(0.25, within(1e-12));
        assertThat(small.variants().get(0).mfu().getAsDouble()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void numbersThatAreNotFiniteAreNull() {
        Timings nothing = new Timings(
                List.of(new Samples("base", List.of()), new Samples("fast", List.of())), Optional.empty(), true);
        BenchRecord empty = BenchRecord.of("c", "w", SampleRecord.machine(), nothing, List::of)
                .withCurves(List.of(new Curve("c", List.of(0.0, 1.0), List.of(1.5, Double.NaN))));
        String json = empty.toJson();
        assertThat(json).doesNotContain("NaN").contains("\"median\": null").contains("\"partial\": true");
        assertThat(BenchRecord.read(Atomically.write(folder.resolve("empty.json"), json)))
                .isEqualTo(empty);
    }

    @Test
    void readsARecordFromBeforeTheWarmUpWasTold() throws IOException {
        String today = record.toJson();
        assertThat(today).contains("\"warmupRounds\": 1,").contains("\"firstStepMillis\"");
        String older = today.replaceAll("\n *\"(warmupRounds|firstStepMillis)\": [^\n]*", "");
        BenchRecord read = BenchRecord.read(Files.writeString(folder.resolve("older.json"), older));
        assertThat(read.warmupRounds()).isEmpty();
        assertThat(read.baseline().firstStepMillis()).isEmpty();
        assertThat(read.variants()).allMatch(each -> each.firstStepMillis().isEmpty());
        assertThat(read.variants())
                .extracting(Variant::speedup)
                .isEqualTo(record.variants().stream().map(Variant::speedup).toList());
    }

    @Test
    void theRecipeStaysTheOneWithMostMethodsBesideThoseThatLeaveOneOut() {
        Samples base = new Samples("base", List.of(List.of(8_000_000L, 8_000_000L)));
        Timings timings = new Timings(
                Stream.of("base", "A", "B", "B+C", "A+C", "A+B+C")
                        .map(name -> new Samples(name, base.nanos()))
                        .toList(),
                Optional.empty(),
                false);
        BenchRecord all = BenchRecord.of("c", "w", SampleRecord.machine(), timings, name -> List.of(name.split("\\+")));
        assertThat(all.recipe().orElseThrow().methods()).containsExactly("A", "B", "C");
    }

    @Test
    void refusesARecordOfANewerSchema() throws IOException {
        Path file = folder.resolve("newer.json");
        Files.writeString(file, record.toJson().replace("\"schema\": 1", "\"schema\": 7"));
        assertThatThrownBy(() -> BenchRecord.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " must have schema 1 or older, got 7: read it with a newer Vivace");
    }

    @Test
    void refusesAFileThatIsNoWholeRecord() throws IOException {
        Path file = folder.resolve("broken.json");
        String whole = record.toJson();
        String noMachine = whole.replace("\"machine\"", "\"engine\"");
        for (String broken : List.of("", "[]", "{}", "hello", whole.substring(0, whole.length() / 2), noMachine)) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> BenchRecord.read(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(file + " must be a whole Vivace record, got a file that is cut short or something else:"
                            + " measure again or give another file");
        }
    }

    @Test
    void namesTheFileThatIsNotThere() {
        Path file = folder.resolve("none.json");
        assertThatThrownBy(() -> BenchRecord.read(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + " must be a record, found no such file: give its path");
        assertThatThrownBy(() -> BenchRecord.read(folder))
                .hasMessageStartingWith(folder + " must be a readable record, got ")
                .hasMessageEndingWith(": check the path");
    }

    @Test
    void anUnwritableFolderIsNamedAndNothingIsLeftBehind() throws IOException {
        Path occupied = Files.writeString(folder.resolve("occupied"), "a file where a folder should be");
        Path file = occupied.resolve("demo.json");
        assertThatThrownBy(() -> record.write(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith(file + " must be writable, got ")
                .hasMessageEndingWith(": choose another folder or make room on the disk");
        Path taken =
                Files.createDirectories(folder.resolve("taken.json/inside")).getParent();
        assertThatThrownBy(() -> record.write(taken)).hasMessageStartingWith(taken + " must be writable, got ");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(occupied, taken);
        }
    }

    @Test
    void curvesHaveAsManyLossesAsSeconds() {
        assertThatThrownBy(() -> new Curve("recipe", List.of(1.0, 2.0), List.of(3.0)))
                .hasMessage("curve recipe must have as many losses as seconds (2), got 1: give one value a point");
        assertThatThrownBy(() -> new Curve("recipe", List.of(1.0), List.of(3.0), List.of(), List.of(4.0)))
                .hasMessage("curve recipe must have as many lower edges as seconds (1), got 0: give one value a point");
    }

    @Test
    void aRunOfPhasesTakesTheVerdictOfTheWholeRun() {
        Variant warmed = record.variants()
                .get(6)
                .withPhases(List.of(new Phase("64", 0.3, new Interval(90, 88, 93))), new Interval(1.2, 1.1, 1.3));
        assertThat(warmed.verdict()).isEqualTo(Verdict.FASTER);
        assertThat(warmed.phases()).extracting(Phase::share).containsExactly(0.3);
    }
}
