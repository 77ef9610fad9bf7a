package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityTest {

    private static final QualityMeasure ACCURACY = new QualityMeasure("accuracy", true);

    /** Evaluated at a half, at three quarters and at the end of its seconds. */
    private static Trial trial(long seed, double seconds, double half, double later, double end) {
        List<Double> times = List.of(seconds / 2, seconds * 3 / 4, seconds);
        return new Trial(seed, 100, seconds, times, List.of(2.0, 1.5, 1.0), List.of(half, later, end));
    }

    private static final Quality.Trials PLAIN = new Quality.Trials(
            "plain DJL",
            List.of(),
            List.of(trial(1, 80, 0.5, 0.7, 0.80), trial(2, 80, 0.5, 0.7, 0.82), trial(3, 80, 0.5, 0.7, 0.81)));

    private static final Quality.Trials RECIPE = new Quality.Trials(
            "the recipe",
            List.of("FusedAdamW"),
            List.of(trial(1, 40, 0.6, 0.80, 0.83), trial(2, 40, 0.6, 0.80, 0.84), trial(3, 20, 0.6, 0.81, 0.82)));

    @Test
    void theTimesToOneTargetAreCompared() {
        Quality quality = Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(PLAIN, RECIPE));
        assertThat(quality.baseline().reached()).isEqualTo(3);
        assertThat(quality.baseline().secondsToTarget().orElseThrow().mean()).isEqualTo(60);
        QualityArm recipe = quality.arms().get(1);
        assertThat(recipe.secondsToTarget().orElseThrow().mean())
                .as("30, 30 and 15")
                .isEqualTo(25);
        // The ratios 2, 2 and 4 have the geometric mean 16^(1/3); their logarithms are ln 2 times 1, 1 and 2, with
        // standard deviation ln 2 / sqrt(3) and standard error ln 2 / 3, and t = 4.3027.
        double half = 4.3027 * Math.log(2) / 3;
        assertThat(recipe.speedup().orElseThrow().median()).isCloseTo(Math.cbrt(16), within(1e-9));
        assertThat(recipe.speedup().orElseThrow().low()).isCloseTo(Math.cbrt(16) * Math.exp(-half), within(1e-4));
        assertThat(recipe.speedup().orElseThrow().high()).isCloseTo(Math.cbrt(16) * Math.exp(half), within(1e-3));
        assertThat(recipe.verdict()).as("0.93 to 6.8").contains(Verdict.NOT_DISTINGUISHABLE);
    }

    @Test
    void threeTimesThatAgreeGiveAVerdict() {
        Quality.Trials steady = new Quality.Trials(
                "the recipe",
                List.of("FusedAdamW"),
                List.of(trial(1, 40, 0.6, 0.7, 0.8), trial(2, 40, 0.6, 0.7, 0.8), trial(3, 40, 0.6, 0.7, 0.8)));
        QualityArm arm = Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(PLAIN, steady))
                .arms()
                .get(1);
        assertThat(arm.speedup().orElseThrow().low()).isCloseTo(2, within(1e-12));
        assertThat(arm.speedup().orElseThrow().high()).isCloseTo(2, within(1e-12));
        assertThat(arm.verdict()).contains(Verdict.FASTER);
    }

    @Test
    void withoutATargetEachSeedHasWhatTheBaselineReachedInItsWholeTraining() {
        Quality quality = Quality.of(ACCURACY, OptionalDouble.empty(), List.of(PLAIN, RECIPE));
        assertThat(quality.target()).isEmpty();
        assertThat(quality.baseline().reached()).isEqualTo(3);
        assertThat(quality.baseline().secondsToTarget()).contains(SeedSummary.ofAmounts(80, 80, 80));
        QualityArm recipe = quality.arms().get(1);
        // Seed 1 reaches 0.80 at 30 s, seed 2 reaches 0.82 at its end, 40 s, seed 3 reaches 0.81 at 15 s.
        assertThat(recipe.secondsToTarget()).contains(SeedSummary.ofAmounts(30, 40, 15));
        assertThat(recipe.speedup().orElseThrow().median()).isCloseTo(Math.cbrt(80.0 / 30 * 2 * 80 / 15), within(1e-9));
    }

    @Test
    void aRecipeThatIsPlainDjlComesOutAlike() {
        // From the first seed it is there half-way already, and both sides are charged for that alone.
        Trial early = new Trial(1, 4, 40, List.of(20.0, 40.0), List.of(1.0, 1.0), List.of(0.9, 0.8));
        Trial late = new Trial(2, 4, 40, List.of(20.0, 40.0), List.of(1.0, 1.0), List.of(0.7, 0.8));
        List<Trial> trials = List.of(early, late);
        Quality quality = Quality.of(
                ACCURACY,
                OptionalDouble.empty(),
                List.of(
                        new Quality.Trials("plain DJL", List.of(), trials),
                        new Quality.Trials("again", List.of("A"), trials)));
        assertThat(quality.baseline().secondsToTarget()).contains(SeedSummary.ofAmounts(20, 40));
        assertThat(quality.arms().get(1).speedup()).contains(new Interval(1, 1, 1));
    }

    @Test
    void aTargetThatOneSeedNeverReachesIsNoTime() {
        Quality quality = Quality.of(ACCURACY, OptionalDouble.of(0.815), List.of(PLAIN, RECIPE));
        assertThat(quality.baseline().reached()).as("0.82 alone").isEqualTo(1);
        assertThat(quality.baseline().secondsToTarget()).isEmpty();
        QualityArm recipe = quality.arms().get(1);
        assertThat(recipe.reached()).isEqualTo(3);
        assertThat(recipe.secondsToTarget()).contains(SeedSummary.ofAmounts(40, 40, 20));
        assertThat(recipe.speedup()).isEmpty();
        assertThat(recipe.verdict()).isEmpty();
    }

    @Test
    void theGainIsPairedBySeedAndSaysHowManySeedsWouldTell() {
        QualityArm recipe = Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(PLAIN, RECIPE))
                .arms()
                .get(1);
        // 0.03, 0.02 and 0.01: mean 0.02, standard deviation 0.01, so 5 seeds: 2.776 + 0.941 < 2 sqrt(5) = 4.472; of 4,
        // 3.182 + 0.978 > 4.
        assertThat(recipe.gain().orElseThrow().mean()).isCloseTo(0.02, within(1e-12));
        assertThat(recipe.gain().orElseThrow().sd()).isCloseTo(0.01, within(1e-12));
        assertThat(recipe.seedsToTell()).hasValue(5);
        assertThat(recipe.finalQuality().orElseThrow().mean()).isCloseTo(0.83, within(1e-12));
        QualityArm baseline =
                Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(PLAIN)).baseline();
        assertThat(baseline.gain()).isEmpty();
        assertThat(baseline.speedup()).isEmpty();
        assertThat(baseline.seedsToTell()).isEmpty();
    }

    @Test
    void oneSeedGivesATimeWithoutAVerdict() {
        Quality.Trials plain =
                new Quality.Trials("plain DJL", List.of(), PLAIN.trials().subList(0, 1));
        Quality.Trials recipe =
                new Quality.Trials("the recipe", List.of("A"), RECIPE.trials().subList(0, 1));
        QualityArm arm = Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(plain, recipe))
                .arms()
                .get(1);
        assertThat(arm.speedup()).contains(new Interval(2, Double.NaN, Double.NaN).map(x -> Math.exp(Math.log(x))));
        assertThat(arm.verdict()).contains(Verdict.NOT_DISTINGUISHABLE);
        assertThat(arm.seedsToTell()).isEmpty();
    }

    @Test
    void aTrialThatDivergedLeavesNoMeanBehind() {
        Quality.Trials diverged = new Quality.Trials(
                "the recipe",
                List.of("A"),
                List.of(RECIPE.trials().get(0), RECIPE.trials().get(1), trial(3, 40, 0.6, 0.7, Double.NaN)));
        QualityArm arm = Quality.of(ACCURACY, OptionalDouble.of(0.8), List.of(PLAIN, diverged))
                .arms()
                .get(1);
        assertThat(arm.finalQuality()).isEmpty();
        assertThat(arm.gain()).isEmpty();
        assertThat(arm.seedsToTell()).isEmpty();
        assertThat(arm.reached()).isEqualTo(2);
        assertThat(arm.speedup()).isEmpty();
        Quality.Trials reference = new Quality.Trials("plain DJL", List.of(), diverged.trials());
        assertThat(Quality.of(ACCURACY, OptionalDouble.empty(), List.of(reference, RECIPE))
                        .arms()
                        .get(1)
                        .reached())
                .as("what a diverged baseline reached is no target")
                .isEqualTo(2);
    }

    @Test
    void aTargetMetBeforeTheFirstStepIsNoSpeedup() {
        Trial atOnce = new Trial(1, 10, 5, List.of(0.0, 5.0), List.of(1.0, 1.0), List.of(0.9, 0.9));
        Quality.Trials plain = new Quality.Trials("plain DJL", List.of(), List.of(atOnce));
        Quality.Trials recipe = new Quality.Trials("the recipe", List.of("A"), List.of(atOnce));
        QualityArm arm = Quality.of(ACCURACY, OptionalDouble.of(0.5), List.of(plain, recipe))
                .arms()
                .get(1);
        assertThat(arm.reached()).isEqualTo(1);
        assertThat(arm.speedup()).isEmpty();
    }

    @Test
    void refusesArmsOfOtherSeeds() {
        Quality.Trials two =
                new Quality.Trials("the recipe", List.of("A"), RECIPE.trials().subList(0, 2));
        assertThatThrownBy(() -> Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(PLAIN, two)))
                .hasMessage("every arm must be trained from the seeds of the baseline, [1, 2, 3], got [1, 2] of the"
                        + " recipe: train the missing ones");
    }

    @Test
    void refusesToCompareNothing() {
        String message = "a comparison of quality must have a trial of the baseline, got none: train at least one seed";
        assertThatThrownBy(() -> Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of()))
                .hasMessage(message);
        Quality.Trials none = new Quality.Trials("plain DJL", List.of(), List.of());
        assertThatThrownBy(() -> Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(none)))
                .hasMessage(message);
    }

    @Test
    void comesBackFromARecordAsItWasWritten(@TempDir Path folder) {
        Quality.Trials one =
                new Quality.Trials("plain DJL", List.of(), PLAIN.trials().subList(0, 1));
        for (Quality quality : Stream.of(
                        Quality.of(ACCURACY, OptionalDouble.of(0.7), List.of(PLAIN, RECIPE)),
                        Quality.of(ACCURACY, OptionalDouble.empty(), List.of(PLAIN, RECIPE)),
                        Quality.of(ACCURACY, OptionalDouble.of(0.99), List.of(PLAIN, RECIPE)),
                        Quality.of(ACCURACY, OptionalDouble.empty(), List.of(one)))
                .toList()) {
            BenchRecord record = SampleRecord.language().withQuality(quality);
            assertThat(BenchRecord.read(record.write(folder.resolve("record.json"))))
                    .isEqualTo(record);
        }
    }
}
