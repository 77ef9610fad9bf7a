package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;

/** What a training is told, and what it refuses. */
class TrainingSettingsTest extends TinyTest {

    @Test
    void eachCallMakesANewValue() throws Exception {
        Training base = SmallTraining.training(model);
        base.steps(5);
        Training two = base.steps(2);
        two.steps(4);

        assertThat(two.fit(data).steps()).isEqualTo(2);
    }

    @Test
    void refusesDataWithoutABatch() {
        for (Training training : List.of(
                SmallTraining.training(model).steps(3),
                SmallTraining.training(model).epochs(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> training.fit(SmallTraining.points(manager, 0, false)))
                    .withMessage("expected training data, got a data set without a single batch");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SmallTraining.training(model).steps(1).fit(data, SmallTraining.points(manager, 0, false)))
                .withMessage("expected test data, got a data set without a single batch");
    }

    @Test
    void saysWhichSettingIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Training.of(model).input(SmallTraining.POINTS).steps(1).fit(data))
                .withMessage("expected a loss, got none: call loss(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmallTraining.training(model).fit(data))
                .withMessage("expected the run's length, got none: call epochs(…), steps(…) or seconds(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Training.of(model)
                        .loss(SmallTraining.classes())
                        .steps(1)
                        .fit(data))
                .withMessage("expected the shapes of the model's inputs, got none: call input(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Training.of(Model.newInstance("empty"))
                        .loss(SmallTraining.classes())
                        .steps(1)
                        .fit(data))
                .withMessage("expected a model with a block, got one without: call setBlock first");
    }

    @Test
    void refusesSettingsOutOfRange() {
        Training training = SmallTraining.training(model);
        refused(() -> training.epochs(0), "expected at least 1 epoch, got 0");
        refused(() -> training.steps(0), "expected at least 1 step, got 0");
        refused(() -> training.seconds(0), "expected more than 0 seconds, got 0.0");
        refused(() -> training.seconds(Double.NaN), "expected more than 0 seconds, got NaN");
        refused(() -> training.microBatches(0), "expected at least 1 micro-batch, got 0");
        refused(() -> training.evaluateEvery(0), "expected an evaluation every 1 or more steps, got 0");
        refused(
                () -> training.saveEvery(0, java.nio.file.Path.of("x")),
                "expected a save every 1 or more steps, got 0");
        refused(() -> training.learningRate(0), "expected a learning rate > 0, got 0.0");
        refused(() -> training.learningRate(Double.POSITIVE_INFINITY), "expected a learning rate > 0, got Infinity");
        refused(() -> Schedule.warmupCosine(1, 0), "schedule: expected a warm-up share in [0, 1), got 1.0");
        refused(() -> Schedule.warmupCosine(0, 1.5), "schedule: expected a floor in [0, 1], got 1.5");
        refused(() -> RunSettings.none().steps(0), "expected a run of at least 1 step, got 0");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }
}
