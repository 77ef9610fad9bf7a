package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Trial;
import org.vivace.measure.TuningRecord;

/** How trainings are compared, as a bench is told in code. */
class TrainingsTest {

    private static Bench bench() {
        return Bench.of(new Rows()).rounds(3).within(0.1).steps(6);
    }

    @Test
    void whatIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench().seeds(-1))
                .withMessage("seeds must be 0 to 1000, got -1: correct it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench().target(Double.NaN))
                .withMessage("a target must be finite, got NaN: correct it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench().learningRate(0))
                .withMessage("a learning rate must be above 0, got 0.0: correct it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench().steps(0))
                .withMessage("a training must have at least 1 step, got 0: give for instance 50");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench().rounds(2))
                .withMessage("an interval needs at least 3 rounds, got 2: give for instance 24");
    }

    @Test
    void severalSeedsAreAClaim() {
        BenchRecord record =
                bench().with().seeds(2).target(1e6).learningRate(0.05).train();
        assertThat(record.partial()).isFalse();
        assertThat(record.baseline().nanos()).hasSize(3);
        assertThat(record.quality().orElseThrow().target()).hasValue(1e6);
        assertThat(record.quality().orElseThrow().arms()).hasSize(2).allSatisfy(arm -> {
            assertThat(arm.trials()).extracting(Trial::seed).containsExactly(1L, 2L);
            assertThat(arm.trials()).extracting(Trial::steps).containsOnly(6L);
            assertThat(arm.reached()).isEqualTo(2);
        });
        assertThat(record.settings().get("learning rate")).startsWith("0.05 at its peak");
    }

    @Test
    void oneSeedShowsThatAModelLearns() {
        BenchRecord record = bench().steps(40).learningRate(0.1).train();
        assertThat(record.quality().orElseThrow().arms())
                .hasSize(2)
                .allSatisfy(arm -> assertThat(arm.trials())
                        .singleElement()
                        .satisfies(trial -> assertThat(trial.finalQuality())
                                .isLessThan(trial.quality().get(0))));
        assertThat(record.settings()).containsEntry("steps of each side", "40").containsEntry("seed", "1");
    }

    @Test
    void theBestRateIsSearchedFromThatOfTheWorkload() {
        TuningRecord record = bench().tune();
        assertThat(record.best()).isPresent();
        assertThat(record.rates())
                .anySatisfy(each -> assertThat(each.learningRate()).isEqualTo(new Rows().learningRate()));
        assertThat(record.steps()).isEqualTo(6);
    }

    @Test
    void asManyStepsAsFitTheSeconds() {
        assertThat(LearningRateSearch.stepsIn(1e-9, bench())).isEqualTo(1);
        assertThat(LearningRateSearch.stepsIn(1000, bench())).isGreaterThan(1000);
    }
}
