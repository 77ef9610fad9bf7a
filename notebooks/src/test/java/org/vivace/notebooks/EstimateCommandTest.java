package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDList;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.estimate.Estimate;
import org.vivace.methods.Catalogue;
import org.vivace.models.Gpt;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Pass;
import org.vivace.train.Run;
import org.vivace.train.Traits;

@Tag("slow")
class EstimateCommandTest {

    @TempDir
    private Path folder;

    @Test
    void tellsWhatAStepAndARunCost() throws Exception {
        Path file = folder.resolve("mlp.json");
        CommandRun run = CommandRun.of(
                "estimate",
                "mlp",
                "--batch",
                "2",
                "--memory",
                "200",
                "--steps",
                "1000",
                "--watts",
                "100",
                "--price",
                "3.6",
                "--json",
                file.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("parameters 3,716,106\n").contains("largest batch in 200 MiB: ");
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
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
    void inferenceHasNoBackwardPass() {
        CommandRun run = CommandRun.of("estimate", "mlp", "--batch", "1", "--inference");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("parameters 3,716,106\n")
                .contains(" 0.00 G backward")
                .contains("gradients 0, optimiser 0")
                .contains("backward 0.0, update 0.0");
    }

    @Test
    void inferenceIsChecked() throws Exception {
        Path file = folder.resolve("checked.json");
        CommandRun run =
                CommandRun.of("estimate", "mlp", "--batch", "4", "--inference", "--check", "--json", file.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("measured   0\\.03 GFLOP \\([+-]0\\.\\d %\\), \\d+ MiB");
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertThat(Math.abs(json.get("flopsError").getAsDouble())).isLessThan(0.01);
        assertThat(Math.abs(json.get("memoryError").getAsDouble())).isLessThan(0.35);
        assertThat(json.getAsJsonObject("measured").get("stepSeconds").getAsDouble())
                .isPositive();
    }

    private record Counting(List<Pass> passes) implements EfficiencyMethod {
        @Override
        public Traits traits() {
            return Traits.of(Kind.MEMORY, Equivalence.BIT_EQUAL);
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {
                @Override
                public NDList aroundForward(Run in, Pass pass, Supplier<NDList> forward) {
                    passes.add(pass);
                    return forward.get();
                }
            };
        }
    }

    /** Not the bare model, on which a method that works around a pass would do nothing. */
    @Test
    void aPredictionIsCheckedWithItsMethods() {
        List<Pass> passes = new ArrayList<>();
        List<EfficiencyMethod> counting = List.of(new Counting(passes));
        try (EstimateTrial trial = new EstimateTrial(EstimateSubject.smallText(), Here.device(), counting, true)) {
            trial.pass();
        }
        assertThat(passes).containsExactly(Pass.EVALUATE);
    }

    @Test
    void wrongUsageIsOneSentence() {
        assertUsage("expected a workload, got none: bert, classify", "estimate");
        assertUsage("got resnet51: choose one of these", "estimate", "resnet51");
        assertUsage("--batch must be at least 1, got 0", "estimate", "mlp", "--batch", "0");
        assertUsage("--image must be at least 1, got -3", "estimate", "mlp", "--image", "-3");
        assertUsage("--steps must be at least 1, got 0", "estimate", "mlp", "--steps", "0");
        assertUsage("--memory must be at least 1, got 0", "estimate", "mlp", "--memory", "0");
        assertUsage("--watts must be at least 0, got -1.0", "estimate", "mlp", "--watts", "-1");
        assertUsage("--price must be at least 0, got -1.0", "estimate", "mlp", "--price", "-1");
        assertUsage("there is no method Nonsense", "estimate", "mlp", "--methods", "Nonsense");
        assertUsage("--table goes through all workloads, got mlp too", "estimate", "mlp", "--table");
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

    /** What the methods declare is what they do: to the FLOPs, and to what is kept. */
    @Test
    void methodsDeclareTheirEffects() {
        EstimateSubject subject = EstimateSubject.smallText();
        Estimate plain = subject.estimator(List.of()).step();
        for (EfficiencyMethod method :
                Catalogue.parse("MixedPrecision,ActivationCheckpointing,FusedAdamW,SequenceLengthWarmup(0.5)")) {
            assertThat(subject.estimator(List.of(method)).step().notes())
                    .as(method.name())
                    .isEmpty();
        }
        Estimate checkpointed =
                subject.estimator(Catalogue.parse("ActivationCheckpointing")).step();
        double head = 2.0 * 2 * 16 * 16 * 256;
        assertThat(checkpointed.forwardFlops()).isEqualTo(2 * plain.forwardFlops() - head);
        Estimate fused = subject.estimator(Catalogue.parse("FusedAdamW")).step();
        assertThat(fused.updateBytes()).isLessThan(plain.updateBytes() / 3);
        assertThat(plain.parameters()).isEqualTo(new Gpt.Settings(256, 16, 1, 2, 16, 0).parameterCount());
    }

    @Test
    void checkedAgainstTheRealThing() throws Exception {
        EstimateSubject subject = EstimateSubject.smallImages();
        Estimate estimate = subject.estimator(List.of()).step();
        try (EstimateTrial trial = new EstimateTrial(subject, Here.device(), List.of(), false)) {
            assertThat(trial.pass()).isPositive();
            double flops = EstimateMeasurement.flops(trial);
            assertThat(Math.abs(estimate.flops() / flops - 1)).isLessThan(0.01);
        }
        assertThat(EstimateMeasurement.parse(EstimateMeasurement.toLine(123) + "\n"))
                .isEqualTo(123);
        assertThatThrownBy(() -> EstimateMeasurement.parse("what?"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected the fresh JVM to tell its memory, got: what?");
    }

    private static void assertUsage(String expected, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.err()).contains(expected);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.code()).isEqualTo(2);
    }
}
