package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrialTest {

    private static final QualityMeasure ACCURACY = new QualityMeasure("accuracy", true);
    private static final QualityMeasure NATS = new QualityMeasure("nats a byte", false);

    private final Trial trial = new Trial(
            3, 400, 40, List.of(10.0, 20.0, 30.0, 40.0), List.of(2.0, 1.4, 1.6, 1.2), List.of(0.5, 0.8, 0.7, 0.85));

    @Test
    void theTimeToATargetIsThatOfTheFirstEvaluationThatReachesIt() {
        assertThat(trial.secondsTo(0.75, ACCURACY))
                .as("although it is lost again")
                .hasValue(20);
        assertThat(trial.secondsTo(0.8, ACCURACY))
                .as("just as good is good enough")
                .hasValue(20);
        assertThat(trial.secondsTo(0.81, ACCURACY)).hasValue(40);
        assertThat(trial.secondsTo(0.86, ACCURACY)).isEmpty();
    }

    @Test
    void whereLowerIsBetterATargetIsReachedFromAbove() {
        Trial loss = new Trial(3, 400, 40, trial.evaluatedAt(), trial.loss(), trial.loss());
        assertThat(loss.secondsTo(1.5, NATS)).hasValue(20);
        assertThat(loss.secondsTo(1.1, NATS)).isEmpty();
    }

    @Test
    void whatDivergedReachesNothing() {
        Trial diverged = new Trial(3, 4, 1, List.of(1.0), List.of(Double.NaN), List.of(Double.NaN));
        assertThat(diverged.secondsTo(0.1, ACCURACY)).isEmpty();
        assertThat(diverged.secondsTo(0.1, NATS)).isEmpty();
    }

    @Test
    void endsWithItsLastEvaluation() {
        assertThat(trial.finalQuality()).isEqualTo(0.85);
    }

    @Test
    void aGainIsPositiveWhereItIsBetter() {
        assertThat(ACCURACY.gain(0.875, 0.75)).isEqualTo(0.125);
        assertThat(NATS.gain(1.25, 1.5)).isEqualTo(0.25);
        assertThat(NATS.gain(1.5, 1.25)).isEqualTo(-0.25);
    }

    @Test
    void refusesEvaluationsWithoutTheirNumbers() {
        assertThatThrownBy(() -> new Trial(1, 4, 1, List.of(), List.of(), List.of()))
                .hasMessage("a trial must have at least one evaluation with its time, loss and quality, got 0, 0 and 0:"
                        + " evaluate at its end");
        assertThatThrownBy(() -> new Trial(1, 4, 1, List.of(1.0, 2.0), List.of(1.0), List.of(0.5, 0.6)))
                .hasMessageContaining("got 2, 1 and 2");
    }

    @Test
    void refusesEvaluationsOutOfOrder() {
        List<Double> values = List.of(1.0, 2.0);
        assertThatThrownBy(() -> new Trial(1, 4, 1, List.of(20.0, 10.0), values, values))
                .hasMessage("the times of a trial's evaluations must rise, got 10.0 s after 20.0 s: give them in their"
                        + " order");
    }
}
