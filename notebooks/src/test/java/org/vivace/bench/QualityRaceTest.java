package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.cli.CommandRun;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Trial;
import org.vivace.methods.FusedAdamW;
import org.vivace.workloads.Language;

@Tag("slow")
class QualityRaceTest {

    private static final Arm RECIPE = Arm.of(List.of(new FusedAdamW()));

    private final Workload language = Tiny.language();
    private final BenchRecord times = StepTimes.measure(
            "./vivace bench language",
            language,
            LocalMachine.machine(),
            Device.cpu(),
            List.of(RECIPE),
            PairedTiming.rounds(3));
    private final List<BenchRecord> kept = new ArrayList<>();
    private final StringWriter shown = new StringWriter();
    private Consumer<BenchRecord> onKept = kept::add;
    private double learningRate = 0.02;
    private Optional<EarlierTrials> earlier = Optional.empty();

    private BenchRecord race(int seeds, OptionalDouble target, OptionalLong equalTimeSteps) {
        QualityRace.Saving saving =
                new QualityRace.Saving(ProgressBar.always(new PrintWriter(shown)), record -> onKept.accept(record));
        QualityRace.Plan plan = new QualityRace.Plan(seeds, target, learningRate, 30, 20, equalTimeSteps, earlier);
        return new QualityRace(language, RECIPE, plan, saving).run(times);
    }

    @Test
    void everySideIsTrainedFromTheSameSeeds() {
        BenchRecord record = race(2, OptionalDouble.empty(), OptionalLong.of(40));
        Quality quality = record.quality().orElseThrow();
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
    void whatThereIsIsKeptAfterEverySeed() {
        race(2, OptionalDouble.empty(), OptionalLong.empty());
        assertThat(kept).hasSize(2);
        assertThat(kept.get(0).quality().orElseThrow().baseline().trials()).hasSize(1);
        assertThat(kept.get(1).quality().orElseThrow().baseline().trials()).hasSize(2);
    }

    @Test
    void fromEverySecondSeedTheRecipeGoesFirst() {
        race(2, OptionalDouble.empty(), OptionalLong.empty());
        String all = shown.toString();
        assertThat(all.indexOf("seed 1, plain DJL")).isLessThan(all.indexOf("seed 1, the recipe"));
        assertThat(all.indexOf("seed 2, the recipe")).isLessThan(all.indexOf("seed 2, plain DJL"));
    }

    @Test
    void interruptedInTheSecondSeedItKeepsTheFirst() {
        onKept = record -> Thread.currentThread().interrupt();
        BenchRecord record = race(3, OptionalDouble.empty(), OptionalLong.empty());
        assertThat(Thread.interrupted()).isFalse();
        assertThat(record.partial()).isTrue();
        assertThat(record.quality().orElseThrow().arms())
                .allMatch(arm -> arm.trials().size() == 1);
    }

    @Test
    void plainTrainingsOfAnEarlierRecordAreNotMadeAgain() throws Exception {
        Path file = race(2, OptionalDouble.empty(), OptionalLong.empty()).write(Path.of("target/earlier.json"));
        List<Trial> before =
                BenchRecord.read(file).quality().orElseThrow().baseline().trials();
        shown.getBuffer().setLength(0);
        earlier = Optional.of(
                EarlierTrials.read(file, language, QualityRace.learningRate(learningRate), LocalMachine.machine()));
        BenchRecord record = race(2, OptionalDouble.empty(), OptionalLong.empty());
        assertThat(record.quality().orElseThrow().baseline().trials()).isEqualTo(before);
        assertThat(record.settings().get("plain DJL's trainings")).startsWith("from target/earlier.json, commit ");
        assertThat(shown.toString()).doesNotContain("plain DJL");
    }

    @Test
    void anEarlierRecordOfSomethingElseIsRefused() throws Exception {
        Path file = race(2, OptionalDouble.empty(), OptionalLong.empty()).write(Path.of("target/earlier.json"));
        assertThatThrownBy(
                        () -> EarlierTrials.read(file, language, QualityRace.learningRate(1), LocalMachine.machine()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("target/earlier.json must have the learning rate 1.0 at its peak")
                .hasMessageEndingWith(": train plain DJL again without --plain-from");
        Path stepsOnly = times.write(Path.of("target/times.json"));
        assertThatThrownBy(() -> EarlierTrials.read(stepsOnly, language, "", LocalMachine.machine()))
                .hasMessage(
                        "target/times.json must hold trainings, made with --seeds, got step times alone: train plain"
                                + " DJL again without --plain-from");
        assertThatThrownBy(() -> EarlierTrials.read(
                                file, language, QualityRace.learningRate(learningRate), LocalMachine.machine())
                        .of(3))
                .hasMessage("the earlier record must have a training from seed 3, got [1, 2]: ask for fewer --seeds");
    }

    @Test
    void aSideThatDivergesIsNamedWithItsSeed() {
        learningRate = 1e30;
        assertThatThrownBy(() -> race(2, OptionalDouble.empty(), OptionalLong.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("seed 1 of plain DJL diverged: expected a finite loss, got NaN at step")
                .hasMessageEndingWith("(what was measured before it is kept in record.json)");
    }

    @Test
    void aTargetThatNobodyReachesGivesNoTime() {
        QualityArm recipe = race(2, OptionalDouble.of(1e-9), OptionalLong.empty())
                .quality()
                .orElseThrow()
                .arms()
                .get(1);
        assertThat(recipe.reached()).isZero();
        assertThat(recipe.secondsToTarget()).isEmpty();
        assertThat(recipe.speedup()).isEmpty();
        assertThat(recipe.verdict()).isEmpty();
    }

    @Test
    void interruptedItKeepsTheTimesAndIsPartial() {
        Thread.currentThread().interrupt();
        BenchRecord record = race(2, OptionalDouble.empty(), OptionalLong.empty());
        assertThat(Thread.interrupted()).isFalse();
        assertThat(record.partial()).isTrue();
        assertThat(record.quality()).isEmpty();
        assertThat(record.variants()).hasSize(1);
    }

    @Test
    void oneSeedIsNoClaimAndTheCommandSaysSo() {
        CommandRun run = bench("--seeds", "1");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("Note: a claim about quality needs 2 seeds or more, got 1, so only times were measured: give"
                        + " --seeds 3.");
    }

    @Test
    void theCommandTrainsEverySideAndWritesWhatItFound() throws Exception {
        CommandRun run = bench("--seeds", "2", "--train-steps", "10", "--equal-time");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("time to target", "the recipe, equal time");
        BenchRecord record = BenchRecord.read(Path.of("target/quality-bench/record.json"));
        assertThat(record.partial()).isFalse();
        assertThat(record.settings())
                .containsEntry("steps of plain DJL", "10")
                .containsEntry("steps of the recipe", "10");
        assertThat(record.quality().orElseThrow().arms().get(2).trials().get(0).steps())
                .isPositive();
        assertThat(Path.of("target/quality-bench/quality.csv")).isNotEmptyFile();
    }

    @Test
    void aTargetThatIsNotReachedEndsTheCommandWithOne() {
        CommandRun run = bench("--seeds", "2", "--train-steps", "4", "--target", "0.001");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("never reached");
    }

    @Test
    void withoutANumberTheTargetIsTheWorkloads() {
        bench("--seeds", "2", "--train-steps", "4", "--target");
        assertThat(BenchRecord.read(Path.of("target/quality-bench/record.json"))
                        .quality()
                        .orElseThrow()
                        .target())
                .isEqualTo(new Language().target());
    }

    @Test
    void wrongUseIsSaidBeforeAnythingIsMeasured() {
        assertThat(bench("--seeds", "-1").err()).contains("--seeds must be 0 to 1000, got -1");
        assertThat(bench("--target", "3").err())
                .contains("--target must come with --seeds 2 or more, got none: add --seeds 3");
        assertThat(bench("--equal-time").err()).contains("--equal-time must come with --seeds 2 or more");
        assertThat(bench("--seeds", "2", "--train-seconds", "0").err())
                .contains("--train-seconds must be above 0, got 0.0");
        assertThat(bench("--seeds", "2", "--train-steps", "0").err())
                .contains("--train-steps must be 1 or more, got 0");
        assertThat(bench("--seeds", "2", "--recipe-steps", "0").err())
                .contains("--recipe-steps must be 1 or more, got 0");
        assertThat(bench("--seeds", "2", "--learning-rate", "0").err())
                .contains("--learning-rate must be above 0, got 0.0");
        assertThat(bench("--seeds", "2", "--target", "-2").err()).contains("--target must be above 0, got -2.0");
        CommandRun vision = CommandRun.of("bench", "vision", "--channels", "4", "--seeds", "2", "--target", "85");
        assertThat(vision.err()).contains("--target must be an accuracy up to 1, got 85.0");
        assertThat(vision.code()).isEqualTo(2);
        CommandRun mlp = CommandRun.of("bench", "mlp", "--seeds", "2", "--target");
        assertThat(mlp.err()).contains("--target must have a number, as mlp has no target of its own, got none");
        assertThat(mlp.code()).isEqualTo(2);
    }

    @Test
    void withoutHeldOutDataNothingIsTimedForATraining() {
        CommandRun run = CommandRun.of("bench", "mlp", "--seeds", "2", "--out", "target/quality-bench");
        assertThat(run.err())
                .isEqualTo("vivace: expected held-out data of mlp to evaluate a training on, got none: give it some"
                        + " with validation(dataset)\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).isEqualTo(1);
    }

    private static CommandRun bench(String... more) {
        List<String> options =
                new ArrayList<>(List.of("--steps", "6", "--methods", "FusedAdamW", "--out", "target/quality-bench"));
        options.addAll(List.of(more));
        return Tiny.command("bench", options.toArray(String[]::new));
    }
}
