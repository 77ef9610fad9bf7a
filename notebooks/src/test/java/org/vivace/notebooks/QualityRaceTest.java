package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Trial;
import org.vivace.methods.FusedAdamW;
import org.vivace.train.EfficiencyMethod;

class QualityRaceTest {

    private static final List<EfficiencyMethod> RECIPE = List.of(new FusedAdamW());

    private final Language language = Tiny.language();
    private final BenchRecord times = StepTimes.measure(
            "./vivace bench language", language, Here.machine(), Device.cpu(), List.of(RECIPE), PairedTiming.rounds(3));
    private final List<BenchRecord> kept = new ArrayList<>();
    private final StringWriter shown = new StringWriter();

    private BenchRecord race(int seeds, Double target, OptionalLong equalTimeSteps) {
        QualityRace.Saving saving = new QualityRace.Saving(ProgressBar.always(new PrintWriter(shown)), kept::add);
        QualityRace.Plan plan = new QualityRace.Plan(seeds, target, 0.02, 30, 20, equalTimeSteps);
        return new QualityRace(language, RECIPE, plan, saving).run(times);
    }

    @Test
    void everySideIsTrainedFromTheSameSeeds() {
        BenchRecord record = race(2, null, OptionalLong.of(40));
        Quality quality = record.quality();
        assertThat(record.partial()).isFalse();
        assertThat(quality.arms())
                .extracting(QualityArm::name)
                .containsExactly("plain DJL", "the recipe", "the recipe, equal time");
        assertThat(quality.arms())
                .extracting(QualityArm::methods)
                .containsExactly(List.of(), List.of("FusedAdamW"), List.of("FusedAdamW"));
        assertThat(quality.arms())
                .allSatisfy(
                        arm -> assertThat(arm.trials()).extracting(Trial::seed).containsExactly(1L, 2L));
        assertThat(quality.arms())
                .extracting(arm -> arm.trials().get(0).steps())
                .containsExactly(30L, 20L, 40L);
        assertThat(record.settings())
                .containsEntry("steps of plain DJL", "30")
                .containsEntry("steps of the recipe", "20")
                .containsKey("learning rate");
        assertThat(shown.toString()).contains("seed 1, plain DJL: loss");
    }

    @Test
    void whatThereIsIsKeptAfterEverySeedAndCountsAsPartial() {
        race(2, null, OptionalLong.empty());
        assertThat(kept).hasSize(2).allMatch(BenchRecord::partial);
        assertThat(kept.get(0).quality()).isNull();
        assertThat(kept.get(0).notes())
                .containsExactly(
                        "a claim about quality needs 2 seeds or more, finished were 1, so only times are told");
        assertThat(kept.get(1).quality().arms()).hasSize(2);
    }

    @Test
    void aTargetThatNobodyReachesGivesNoTime() {
        QualityArm recipe = race(2, 1e-9, OptionalLong.empty()).quality().arms().get(1);
        assertThat(recipe.reached()).isZero();
        assertThat(recipe.secondsToTarget()).isNull();
        assertThat(recipe.speedup()).isNull();
        assertThat(recipe.verdict()).isNull();
    }

    @Test
    void interruptedItKeepsTheTimesAndIsPartial() {
        Thread.currentThread().interrupt();
        BenchRecord record = race(2, null, OptionalLong.empty());
        assertThat(Thread.interrupted()).isFalse();
        assertThat(record.partial()).isTrue();
        assertThat(record.quality()).isNull();
        assertThat(record.variants()).hasSize(1);
    }

    @Test
    void oneSeedIsNoClaimAndTheCommandSaysSo() {
        CommandRun run = bench("--seeds", "1");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Note: a claim about quality needs 2 seeds or more, got 1, so only times were measured: give"
                        + " --seeds 3.");
    }

    @Test
    void wrongUseIsSaidBeforeAnythingIsMeasured() {
        assertThat(bench("--seeds", "-1").err()).contains("--seeds must be 0 to 1000, got -1");
        assertThat(bench("--train-seconds", "0").err()).contains("--train-seconds must be above 0, got 0.0");
        assertThat(bench("--train-steps", "0").err()).contains("--train-steps must be 1 or more, got 0");
        assertThat(bench("--recipe-steps", "0").err()).contains("--recipe-steps must be 1 or more, got 0");
        assertThat(bench("--learning-rate", "0").err()).contains("--learning-rate must be above 0, got 0.0");
        assertThat(bench("--target", "-2").err()).contains("--target must be above 0, got -2.0");
        CommandRun vision = CommandRun.of("bench", "vision", "--channels", "4", "--target", "85");
        assertThat(vision.err()).contains("--target must be an accuracy up to 1, got 85.0");
        assertThat(vision.code()).isEqualTo(2);
    }

    private static CommandRun bench(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "bench",
                "language",
                "--width",
                "16",
                "--layers",
                "1",
                "--heads",
                "2",
                "--context",
                "16",
                "--batch",
                "2",
                "--steps",
                "6",
                "--methods",
                "FusedAdamW",
                "--out",
                "target/quality-bench"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }
}
