package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Quality;
import org.vivace.measure.Quality.Trials;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.SeedSummary;
import org.vivace.measure.Trial;

class QualityWordsTest {

    private static final double[] PLAIN = {20, 0.9, 20, 0.91, 20, 0.92};

    @Test
    void theHeadlineTellsTimeAndQuality() {
        assertThat(headline(OptionalDouble.of(0.9), PLAIN, 5, 0.94, 5, 0.95, 5, 0.99))
                .isEqualTo("The recipe comes to the target of 0.9 accuracy in 5.0 s instead of 20 s, 4.00 times as fast"
                        + " as plain DJL (95 % interval 4.00 to 4.00, 3 seeds); at the end of its training it is better"
                        + " by 0.050 accuracy.");
        assertThat(headline(OptionalDouble.empty(), PLAIN, 80, 0.9, 20, 0.91, 5, 0.926))
                .isEqualTo(
                        "The recipe comes to what plain DJL reaches at its end in 35 s instead of 20 s, not"
                                + " distinguishable from plain DJL, 1.00 times as fast (95 % interval 0.03 to 31.30, 3 seeds); at"
                                + " the end of its training it is not distinguishable in quality (difference +0.0020 accuracy, 95 % interval -0.0066 to 0.0106).");
        assertThat(headline(OptionalDouble.of(0.5), PLAIN, 40, 0.8, 40, 0.8, 40, 0.8))
                .contains("in 40 s instead of 20 s, slower than plain DJL, 0.50 times as fast (95 % interval")
                .endsWith("; at the end of its training it is worse by 0.110 accuracy.");
    }

    @Test
    void aTargetThatWasNotReachedIsNoTime() {
        assertThat(headline(OptionalDouble.of(0.915), PLAIN, 5, 0.94, 5, 0.95, 5, 0.9))
                .startsWith("The target of 0.915 accuracy was reached by the recipe from 2 of 3 seeds and by plain DJL"
                        + " from 1 of 3 seeds, so there is no time to compare; ");
        assertThat(headline(OptionalDouble.of(0.99), PLAIN, 5, 0.94, 5, 0.95, 5, 0.9))
                .contains("by the recipe from none of 3 seeds");
    }

    @Test
    void aTargetThatWasMetAtOnceIsNoTime() {
        assertThat(headline(OptionalDouble.of(0.5), PLAIN, 0, 0.94, 5, 0.95, 5, 0.99))
                .startsWith(
                        "The recipe or plain DJL met the target of 0.5 accuracy before its first step, so there is no"
                                + " time to compare; ");
    }

    @Test
    void oneSeedIsNoClaim() {
        assertThat(headline(OptionalDouble.of(0.9), new double[] {20, 0.9}, 5, 0.94))
                .isEqualTo(
                        "The recipe comes to the target of 0.9 accuracy in 5.0 s instead of 20 s, not distinguishable"
                                + " from plain DJL, 4.00 times as fast (1 seed); one seed does not tell whether it learns as"
                                + " well.");
        assertThat(QualityWords.notes(quality(OptionalDouble.of(0.9), new double[] {20, 0.9}, 5, 0.94)))
                .contains("One seed says nothing about quality: the spread over seeds is not known.");
    }

    @Test
    void theTitleTellsHowMuchSooner() {
        assertThat(QualityWords.title(quality(OptionalDouble.of(0.9), PLAIN, 5, 0.94, 5, 0.95, 5, 0.99)))
                .isEqualTo("4.00 times as soon at 0.9 accuracy");
        assertThat(QualityWords.title(quality(OptionalDouble.of(0.5), PLAIN, 40, 0.8, 40, 0.8, 40, 0.8)))
                .isEqualTo("0.50 times as soon at 0.5 accuracy");
        assertThat(QualityWords.title(quality(OptionalDouble.empty(), PLAIN, 80, 0.9, 20, 0.91, 5, 0.926)))
                .isEqualTo("1.00 times as soon where plain DJL ends (not distinguishable)");
        assertThat(QualityWords.title(quality(OptionalDouble.of(0.9), new double[] {20, 0.9}, 5, 0.94)))
                .isEqualTo("4.00 times as soon at 0.9 accuracy (one seed)");
        assertThat(QualityWords.title(quality(OptionalDouble.of(0.99), PLAIN, 5, 0.94, 5, 0.95, 5, 0.9)))
                .isEqualTo("How soon they are at 0.99 accuracy");
    }

    @Test
    void aBaselineAloneIsComparedWithNothing() {
        Quality alone = Quality.of(
                SampleQuality.ACCURACY,
                OptionalDouble.of(0.9),
                List.of(new Trials("plain DJL", List.of(), trials(PLAIN))));
        assertThat(QualityWords.headline(SampleRecord.language().withQuality(alone)))
                .isEqualTo("Only plain DJL was trained to the target of 0.9 accuracy, so there is nothing to compare.");
    }

    @Test
    void theSentenceFollowsThatOnTheStep() {
        BenchRecord record = SampleRecord.language().withQuality(SampleQuality.language());
        assertThat(Words.sentences(record)).hasSize(2);
        assertThat(Words.headline(record))
                .startsWith("The recipe MixedPrecision(bf16) + ")
                .contains(" makes a training step of language 4.")
                .contains(" ms. The recipe comes to the target of 1.45 nats a byte in ");
    }

    @Test
    void thePowerIsTold() {
        // The gains are 0.01, 0.02 and -0.015: mean 0.005, SD 0.018028, so (2.8016 * 0.018028 / 0.005)^2 = 102.04.
        Quality quality = quality(OptionalDouble.of(0.9), PLAIN, 5, 0.91, 5, 0.93, 5, 0.905);
        assertThat(QualityWords.notes(quality))
                .containsExactly(
                        "The goal is the target of 0.9 accuracy; the quality is in accuracy, higher is better, of 3"
                                + " seeds with mean and standard deviation (SD).",
                        "3 seeds cannot distinguish the quality of recipe from that of plain DJL; if the difference is 0.005, as"
                                + " found, it would take 104 seeds to see it in 8 of 10 repetitions.");
        assertThat(QualityWords.notes(quality(OptionalDouble.of(0.9), PLAIN, 5, 0.95, 5, 0.96, 5, 0.971)))
                .as("where the seeds do tell, no number of them is missing")
                .hasSize(1);
    }

    @Test
    void theVerdictOnAGainNeedsAnIntervalWithoutZero() {
        assertThat(QualityWords.verdict(SeedSummary.of(1, 2, 3, 2))).isEqualTo("better");
        assertThat(QualityWords.verdict(SeedSummary.of(-1, -2, -3, -2))).isEqualTo("worse");
        assertThat(QualityWords.verdict(SeedSummary.of(-1, 2, -3))).isEqualTo("not distinguishable");
        assertThat(QualityWords.verdict(SeedSummary.of(5))).isEqualTo("one seed");
    }

    @Test
    void numbersHaveTheDigitsThatTheirSpreadLeavesThem() {
        assertThat(QualityWords.meanAndSd(new SeedSummary(0.85123, 0.0031, 0, 1, 3)))
                .isEqualTo("0.8512 \u00b1 0.0031");
        assertThat(QualityWords.meanAndSd(new SeedSummary(85.123, 0.31, 0, 100, 3)))
                .isEqualTo("85.12 \u00b1 0.31");
        assertThat(QualityWords.meanAndSd(SeedSummary.of(0.85123))).isEqualTo("0.8512");
        assertThat(QualityWords.secondsAndSd(new SeedSummary(412.3, 8.21, 0, 1000, 3)))
                .isEqualTo("412 \u00b1 8 s");
        assertThat(QualityWords.secondsAndSd(new SeedSummary(412.3, 0.21, 0, 1000, 3)))
                .isEqualTo("412.3 \u00b1 0.2 s");
        assertThat(Figures.significant(0.5)).isEqualTo("0.5");
        assertThat(Figures.significant(12345.6)).isEqualTo("12350");
    }

    private static String headline(OptionalDouble target, double[] plain, double... recipe) {
        return QualityWords.headline(SampleRecord.language().withQuality(quality(target, plain, recipe)));
    }

    private static Quality quality(OptionalDouble target, double[] plain, double... recipe) {
        return Quality.of(
                SampleQuality.ACCURACY,
                target,
                List.of(
                        new Trials("plain DJL", List.of(), trials(plain)),
                        new Trials("recipe", List.of("A"), trials(recipe))));
    }

    /** Seconds and final quality in turns, a pair a seed. */
    private static List<Trial> trials(double... ends) {
        return IntStream.range(0, ends.length / 2)
                .mapToObj(seed -> new Trial(
                        seed, 10, ends[2 * seed], List.of(ends[2 * seed]), List.of(1.0), List.of(ends[2 * seed + 1])))
                .toList();
    }
}
