package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.profile.BlockTime;
import org.vivace.profile.ProfileRecord;

/** What {@code profile} measures on models too small to be of interest, and what it writes. */
@Tag("slow")
class ProfileCommandTest {

    private static final List<String> TINY =
            List.of("--width", "16", "--layers", "2", "--heads", "2", "--batch", "2", "--steps", "3");

    @TempDir
    private Path folder;

    @Test
    void plainDjl() throws Exception {
        JsonObject json = profile("language", "--context", "24", "--inference");
        assertThat(json.getAsJsonObject("split").keySet()).contains("data", "forward", "backward", "optimizer", "rest");
        double sum = json.getAsJsonObject("split").entrySet().stream()
                .mapToDouble(
                        part -> part.getValue().getAsJsonObject().get("share").getAsDouble())
                .sum();
        assertThat(sum).isBetween(0.999999, 1.000001);
        assertThat(json.getAsJsonArray("methods")).isEmpty();
        assertThat(json.getAsJsonArray("blocks")).hasSizeGreaterThan(12);
        assertThat(json.getAsJsonArray("blocks")
                        .get(0)
                        .getAsJsonObject()
                        .get("backwardMillis")
                        .getAsDouble())
                .isNotNegative();
        assertThat(json.getAsJsonObject("memory").get("optimizerBytes").getAsLong())
                .isEqualTo(
                        2 * json.getAsJsonObject("memory").get("parameterBytes").getAsLong());
        assertThat(json.getAsJsonObject("memory").getAsJsonArray("leaks")).isEmpty();
        JsonObject inference = json.getAsJsonObject("inference");
        assertThat(inference.getAsJsonObject("split").keySet())
                .containsExactly("preProcess", "forward", "postProcess", "rest");
        assertThat(inference.getAsJsonArray("loads")).isNotEmpty();
        for (String file : List.of("record.json", "split.csv", "blocks.csv", "trace.json", "index.html")) {
            assertThat(folder.resolve("out").resolve(file)).isNotEmptyFile();
        }
        ProfileRecord record = ProfileRecord.read(folder.resolve("out/record.json"));
        assertThat(record.workload()).isEqualTo("language");
        assertThat(record.tracedSteps()).hasValue(2);
        assertThat(record.calibration().orElseThrow().gigabytesPerSecond()).isPositive();
        List<String> blocks = record.blocks().stream().map(BlockTime::path).toList();
        assertThat(record.operators())
                .filteredOn(each -> each.block().contains("/"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(blocks).contains(each.block()));
        assertThat(record.operators())
                .anySatisfy(each -> assertThat(each.flops()).isPositive());

        Path again = folder.resolve("again");
        CommandRun report =
                CommandRun.of("report", folder.resolve("out/record.json").toString(), "--out", again.toString());
        assertThat(report.err()).isEmpty();
        assertThat(report.out())
                .contains(record.verdict().orElseThrow().finding() + ".")
                .doesNotContain("Perfetto");
        assertThat(ProfileRecord.read(again.resolve("record.json"))).isEqualTo(record);
        assertThat(again.resolve("trace.json")).doesNotExist();
    }

    @Test
    void aRecipe() throws Exception {
        JsonObject json = profile(
                "language",
                "--context",
                "24",
                "--methods",
                "MixedPrecision,FusedAttention,FusedAdamW,SequenceLengthWarmup(0.5)");
        assertThat(json.getAsJsonArray("methods")).hasSize(4);
        assertThat(json.getAsJsonArray("notes").get(0).getAsString())
                .isEqualTo("the methods' schedules are taken at the end of the run");
        assertThat(json.getAsJsonObject("memory").get("optimizerBytes").getAsLong())
                .as("FusedAdamW keeps two moments")
                .isEqualTo(
                        2 * json.getAsJsonObject("memory").get("parameterBytes").getAsLong());
        assertThat(json.getAsJsonArray("blocks").get(0).getAsJsonObject().has("backwardMillis"))
                .isTrue();
    }

    @Test
    void checkpointedBlocks() throws Exception {
        JsonObject json = profile("language", "--context", "24", "--methods", "ActivationCheckpointing");
        assertThat(json.getAsJsonArray("blocks").get(0).getAsJsonObject().has("backwardMillis"))
                .isFalse();
        assertThat(json.getAsJsonArray("notes").toString()).contains("as checkpointing does");
    }

    @Test
    void wrongUsageIsOneSentence() {
        CommandRun none = CommandRun.of("profile");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err())
                .contains("expected a workload, one of")
                .contains("language")
                .contains("got none");
        CommandRun steps = CommandRun.of("profile", "language", "--steps", "0");
        assertThat(steps.code()).isEqualTo(2);
        assertThat(steps.err()).startsWith("vivace: --steps must be 1 or more, got 0");
        CommandRun unknown = CommandRun.of("profile", "language", "--methods", "Nothing");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("Nothing");
    }

    private JsonObject profile(String workload, String... more) throws Exception {
        Path file = folder.resolve("profile.json");
        String out = "--out=" + folder.resolve("out");
        CommandRun run = CommandRun.joined(List.of("profile", workload, "--json=" + file, out), TINY, List.of(more));
        JsonObject json = run.done(file);
        assertThat(run.out())
                .contains("A training step of " + workload)
                .contains("index.html")
                .containsPattern("trace\\.json opens in Perfetto\n$");
        assertThat(run.out().indexOf("A training step of")).isLessThan(run.out().indexOf("The step is bound by"));
        assertThat(json.get("command").getAsString()).startsWith("./vivace profile " + workload);
        return json;
    }
}
