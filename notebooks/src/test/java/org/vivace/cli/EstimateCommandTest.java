package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class EstimateCommandTest {

    @TempDir
    private Path folder;

    @Test
    void tellsWhatAStepAndARunCost() throws Exception {
        Path file = folder.resolve("mlp.json");
        String[] words =
                ("estimate mlp --batch=2 --memory=200 --steps=1000 --watts=100 --price=3.6 --json=" + file).split(" ");
        CommandRun run = CommandRun.of(words);
        JsonObject json = run.done(file);
        assertThat(run.out()).contains("parameters 3,716,106\n").contains("largest batch in 200 MiB: ");
        JsonObject estimate = json.getAsJsonObject("estimate");
        double forward = 2.0 * 2 * (784 * 2048 + 2048 * 1024 + 1024 * 10);
        assertThat(estimate.get("forwardFlops").getAsDouble()).isEqualTo(forward);
        assertThat(estimate.get("backwardFlops").getAsDouble()).isEqualTo(2 * forward - 2.0 * 2 * 784 * 2048);
        double step = estimate.get("stepSeconds").getAsDouble();
        assertThat(step).isPositive();
        JsonObject cost = json.getAsJsonObject("run");
        assertThat(cost.get("seconds").getAsDouble()).isCloseTo(1000 * step, withinPercentage(1e-9));
        assertThat(json.get("largestBatch").getAsLong()).isGreaterThan(2);
    }

    @Test
    void tellsEachDevicesPartOfAStep() throws Exception {
        Path file = folder.resolve("devices.json");
        CommandRun run = CommandRun.of("estimate", "mlp", "--batch=3", "--devices=2", "--json=" + file);
        JsonArray devices = run.done(file).getAsJsonArray("devices");
        JsonObject first = devices.get(0).getAsJsonObject();
        JsonObject second = devices.get(1).getAsJsonObject();
        assertThat(first.get("batch").getAsLong()).isEqualTo(1);
        assertThat(second.get("batch").getAsLong()).isEqualTo(2);
        assertThat(first.get("copiedBytes").getAsLong()).isZero();
        assertThat(second.get("copiedBytes").getAsLong()).as("fp32, both ways").isEqualTo(2 * 4 * 3_716_106L);
        assertThat(second.get("peakBytes").getAsLong())
                .isLessThan(first.get("peakBytes").getAsLong());
        assertThat(run.out())
                .containsPattern("device 0   batch 1, [\\d.]+ MiB at the peak, [\\d.]+ ms\n")
                .containsPattern(
                        "device 1   batch 2, [\\d.]+ MiB at the peak, [\\d.]+ ms, and copies of 28.4 MiB a step\n");
        assertThat(CommandRun.of("report", file.toString()).out()).contains("device 1   batch 2, ");
        assertThat(CommandRun.of("estimate", "mlp", "--devices=0").err())
                .contains("--devices must be at least 1, got 0");
        assertThat(CommandRun.of("estimate", "mlp", "--devices=2", "--inference")
                        .err())
                .contains("--devices is of a training step, and --inference of none: leave out one");
        assertThat(CommandRun.of("estimate", "mlp", "--batch=3", "--devices=8").err())
                .contains("--devices must be at most the batch, 3, got 8");
    }

    @Test
    void inferenceHasNoBackwardPass() {
        CommandRun run = CommandRun.of("estimate", "mlp", "--batch", "1", "--inference");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("parameters 3,716,106\n")
                .contains(" 0.00 GFLOP backward")
                .contains("gradients 0.0 MiB, optimizer 0.0 MiB")
                .contains("backward 0.000 ms, update 0.000 ms");
    }

    @Test
    void inferenceIsChecked() throws Exception {
        Path file = folder.resolve("checked.json");
        CommandRun run =
                CommandRun.of("estimate", "mlp", "--batch", "4", "--inference", "--check", "--json", file.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("measured   0\\.03 GFLOP \\([+-]0\\.\\d %\\), [\\d.]+ MiB");
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertThat(Math.abs(json.get("flopsError").getAsDouble())).isLessThan(0.01);
        assertThat(Math.abs(json.get("memoryError").getAsDouble())).isLessThan(0.35);
        assertThat(json.getAsJsonObject("measured").get("stepSeconds").getAsDouble())
                .isPositive();
    }

    @Test
    void wrongUsageIsOneSentence() {
        assertUsage(
                "expected a workload, one of language, vision, classify, bert, mlp, mobilenetv2, resnet50, vgg11, or a"
                        + " class of your own, got none",
                "estimate");
        assertUsage("'resnet51': did you mean resnet50", "estimate", "resnet51");
        assertUsage("--batch must be at least 1, got 0", "estimate", "mlp", "--batch", "0");
        assertUsage("--image must be at least 1, got -3", "estimate", "resnet50", "--image", "-3");
        assertUsage("Unknown options: '--image', '8'", "estimate", "mlp", "--image", "8");
        assertUsage("--steps must be at least 1, got 0", "estimate", "mlp", "--steps", "0");
        assertUsage("--memory must be at least 1, got 0", "estimate", "mlp", "--memory", "0");
        assertUsage("--watts must be at least 0, got -1.0", "estimate", "mlp", "--watts", "-1");
        assertUsage("--price must be at least 0, got -1.0", "estimate", "mlp", "--price", "-1");
        assertUsage("there is no method Nonsense", "estimate", "mlp", "--methods", "Nonsense");
        assertUsage("Unknown option: '--table'", "estimate", "mlp", "--table");
        assertUsage("--table covers all workloads, got mlp too: omit one of them", "estimate", "--table", "mlp");
        assertUsage(
                "--json must come after the workload, got it before mlp: move it to the end",
                "estimate",
                "--json",
                folder.resolve("lost.json").toString(),
                "mlp");
    }

    @Test
    void whatCannotBeEstimatedIsOneSentence() {
        CommandRun none = CommandRun.of("estimate", "mlp", "--methods", "ActivationCheckpointing");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err())
                .isEqualTo(
                        "vivace: ActivationCheckpointing found no blocks of the model to work on: drop the method, or"
                                + " name other blocks\n");
        CommandRun small = CommandRun.of("estimate", "vgg11", "--image", "8", "--batch", "1");
        assertThat(small.code()).isEqualTo(1);
        assertThat(small.err().lines()).hasSize(1);
    }

    private static void assertUsage(String expected, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.err()).contains(expected);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.code()).isEqualTo(2);
    }
}
