package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bench} measures on models too small to be of interest, and what it writes. */
@Tag("slow")
class BenchTest {

    private static final List<String> TINY = List.of(
            "--width", "16", "--layers", "2", "--heads", "2", "--context", "24", "--batch", "2", "--steps", "6");

    @TempDir
    private Path folder;

    @Test
    void language() throws Exception {
        JsonObject json = bench(
                "language",
                "--no-memory",
                "--each",
                "--methods",
                "MixedPrecision,FusedAttention,SequenceLengthWarmup(0.5)");
        assertThat(json.get("workload").getAsString()).isEqualTo("language");
        assertThat(json.getAsJsonObject("machine").get("device").getAsString()).isEqualTo("cpu");
        interval(json.getAsJsonObject("baseline").getAsJsonObject("stepMillis"));
        interval(json.getAsJsonObject("aa").getAsJsonObject("speedup"));
        assertThat(json.getAsJsonObject("aa").has("verdict")).isTrue();
        assertThat(json.get("matmulPeakGflops").getAsDouble()).isPositive();
        assertThat(json.get("warmupRounds").getAsInt()).isPositive();
        assertThat(json.getAsJsonObject("baseline").get("firstStepMillis").getAsDouble())
                .isPositive();
        assertThat(json.getAsJsonObject("baseline").has("peakBytes")).isFalse();
        JsonArray variants = json.getAsJsonArray("variants");
        assertThat(variants).hasSize(4);
        for (JsonElement each : variants) {
            JsonObject variant = each.getAsJsonObject();
            interval(variant.getAsJsonObject("stepMillis"));
            interval(variant.getAsJsonObject("speedup"));
            assertThat(variant.get("verdict").getAsString()).isIn("faster", "slower", "not distinguishable");
            assertThat(variant.get("mfu").getAsDouble()).isPositive();
            assertThat(variant.get("firstStepMillis").getAsDouble()).isPositive();
            assertThat(variant.getAsJsonArray("nanos")).hasSize(3);
        }
        assertThat(strings(variants.get(3).getAsJsonObject().getAsJsonArray("methods")))
                .containsExactly("MixedPrecision(bf16)", "FusedAttention", "SequenceLengthWarmup(0.5)");
        theStepOfAScheduleIsTheMeanOverTheRun(variants.get(3).getAsJsonObject());
        for (String file : List.of("record.json", "table.csv", "index.html")) {
            assertThat(folder.resolve("out").resolve(file)).isNotEmptyFile();
        }
    }

    private static void theStepOfAScheduleIsTheMeanOverTheRun(JsonObject variant) {
        JsonArray phases = variant.getAsJsonArray("phases");
        assertThat(StreamSupport.stream(phases.spliterator(), false)
                        .map(phase -> phase.getAsJsonObject().get("share").getAsDouble()))
                .containsExactly(0.0625, 0.125, 0.125, 0.125, 0.5625);
        assertThat(phases.get(0).getAsJsonObject().get("name").getAsString()).isEqualTo("0.0 % of the run");
        assertThat(phases.get(4).getAsJsonObject().get("name").getAsString()).isEqualTo("50.0 % of the run");
    }

    @Test
    void visionWithItsMemory() throws Exception {
        JsonObject json = bench("vision", "--channels", "4", "--batch", "4", "--steps", "6");
        assertThat(json.getAsJsonObject("baseline").get("peakBytes").getAsLong())
                .isGreaterThan(100 << 20);
        assertThat(json.getAsJsonArray("variants")
                        .get(0)
                        .getAsJsonObject()
                        .get("peakBytes")
                        .getAsLong())
                .isGreaterThan(100 << 20);
        assertThat(json.get("workload").getAsString()).isEqualTo("vision");
        assertThat(strings(
                        json.getAsJsonArray("variants").get(0).getAsJsonObject().getAsJsonArray("methods")))
                .containsExactly("MixedPrecision(bf16)", "ChannelsLast", "FusedSgd");
        assertThat(json.getAsJsonObject("settings").get("data").getAsString()).isIn("Fashion-MNIST", "rendered glyphs");
    }

    @Test
    void theRecipeWithoutEachOfItsMethods() throws Exception {
        JsonObject json = bench(
                "language",
                "--no-memory",
                "--leave-one-out",
                "--methods",
                "MixedPrecision,LowPrecisionLayerNorm,FusedAdamW");
        assertThat(StreamSupport.stream(json.getAsJsonArray("variants").spliterator(), false)
                        .map(each -> strings(each.getAsJsonObject().getAsJsonArray("methods"))))
                .as("layer norms in low precision need mixed precision")
                .containsExactly(
                        List.of("MixedPrecision(bf16)", "FusedAdamW"),
                        List.of("MixedPrecision(bf16)", "LowPrecisionLayerNorm"),
                        List.of("MixedPrecision(bf16)", "LowPrecisionLayerNorm", "FusedAdamW"));
    }

    @Test
    void memory() throws Exception {
        JsonObject json = bench("memory");
        assertThat(json.getAsJsonObject("settings").keySet())
                .contains("activation memory of plain DJL", "activation memory of ActivationCheckpointing");
        assertThat(json.getAsJsonObject("baseline").get("peakBytes").getAsLong())
                .isGreaterThan(100 << 20);
        assertThat(strings(json.getAsJsonArray("notes"))).anyMatch(note -> note.contains("activation memory"));
    }

    private JsonObject bench(String workload, String... more) throws Exception {
        Path file = folder.resolve("bench.json");
        CommandRun run = CommandRun.joined(
                List.of("bench", workload, "--json=" + file, "--out=" + folder.resolve("out")),
                workload.equals("vision") ? List.of() : TINY,
                List.of(more));
        JsonObject json = run.done(file);
        assertThat(run.out())
                .contains("plain DJL again")
                .contains("The very first step")
                .contains("index.html");
        assertThat(json.get("command").getAsString()).startsWith("./vivace bench " + workload);
        assertThat(json.get("partial").getAsBoolean()).isFalse();
        return json;
    }

    private static void interval(JsonObject interval) {
        double median = interval.get("median").getAsDouble();
        assertThat(median).isPositive();
        assertThat(interval.get("low").getAsDouble()).isPositive().isLessThanOrEqualTo(median);
        assertThat(interval.get("high").getAsDouble()).isGreaterThanOrEqualTo(median);
    }

    private static List<String> strings(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }
}
