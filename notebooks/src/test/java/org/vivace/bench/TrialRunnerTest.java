package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Trial;
import org.vivace.methods.FusedAdamW;

class TrialRunnerTest {

    private final Workload language = Tiny.language();

    private TrialRunner trials(double learningRate) {
        return new TrialRunner(language, Device.cpu(), learningRate, (step, loss) -> {});
    }

    @Test
    void evaluatesTwiceAsOftenOverTheLastQuarter() {
        assertThat(TrialRunner.evaluatedAfter(1600))
                .containsExactly(200L, 400L, 600L, 800L, 1000L, 1200L, 1300L, 1400L, 1500L, 1600L);
    }

    @Test
    void aShortTrainingIsEvaluatedAfterNoStepTwice() {
        assertThat(TrialRunner.evaluatedAfter(3)).containsExactly(1L, 2L, 3L);
        assertThat(TrialRunner.evaluatedAfter(1)).containsExactly(1L);
    }

    @Test
    void learnsAndKnowsWhen() throws Exception {
        Trial trial = trials(0.02).train(Arm.PLAIN, 1, 80).orElseThrow();
        assertThat(trial.steps()).isEqualTo(80);
        assertThat(trial.seed()).isEqualTo(1);
        assertThat(trial.evaluatedAt()).hasSize(10).isSorted().last().isEqualTo(trial.seconds());
        assertThat(trial.quality()).isEqualTo(trial.loss());
        assertThat(trial.finalQuality()).isLessThan(trial.quality().get(0) / 4);
    }

    @Test
    void aSeedIsRepeatableAndAnotherOneIsAnother() throws Exception {
        Trial first = trials(0.02).train(Arm.PLAIN, 1, 12).orElseThrow();
        assertThat(trials(0.02).train(Arm.PLAIN, 1, 12).orElseThrow().loss()).isEqualTo(first.loss());
        assertThat(trials(0.02).train(Arm.PLAIN, 2, 12).orElseThrow().loss()).isNotEqualTo(first.loss());
    }

    @Test
    void withoutMethodsItIsWhatStockDjlDoes() throws Exception {
        Trial stock = trials(0.02).train(Arm.PLAIN, 1, 12).orElseThrow();
        assertThat(trials(0.02).train(Arm.of(List.of()), 1, 12).orElseThrow().loss())
                .isEqualTo(stock.loss());
    }

    @Test
    void methodsSeeTheSameWeightsBatchesAndLearningRates() throws Exception {
        Trial stock = trials(0.02).train(Arm.PLAIN, 1, 12).orElseThrow();
        Trial fused =
                trials(0.02).train(Arm.of(List.of(new FusedAdamW())), 1, 12).orElseThrow();
        for (int i = 0; i < stock.loss().size(); i++) {
            assertThat(fused.loss().get(i)).isCloseTo(stock.loss().get(i), within(1e-3));
        }
    }

    @Test
    void tellsOfEveryStep() throws Exception {
        List<Long> steps = new ArrayList<>();
        new TrialRunner(language, Device.cpu(), 0.02, (step, loss) -> steps.add(step)).train(Arm.PLAIN, 1, 3);
        assertThat(steps).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aLossThatIsNotFiniteIsSaid() {
        assertThatThrownBy(() -> trials(1e30).train(Arm.PLAIN, 1, 20))
                .isInstanceOf(TrialDivergedException.class)
                .hasMessageMatching("expected a finite loss, got NaN at step \\d+ with the learning rate 1.0E30: give a"
                        + " lower --learning-rate, or let 'vivace tune' find one");
    }

    @Test
    void anInterruptedTrainingGivesNothing() throws Exception {
        Thread.currentThread().interrupt();
        assertThat(trials(0.02).train(Arm.PLAIN, 1, 3)).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }
}
