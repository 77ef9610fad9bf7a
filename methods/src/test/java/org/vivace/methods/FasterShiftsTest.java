package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.nn.Parameter.Type;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.methods.GivenGradients.Products;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class FasterShiftsTest {

    /** Rate 0.1 and momentum 0.5: from 1 by 0.1·g, then by 0.1·(g + g/2); the shifts by 4 times that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shiftsMoveByAMultiple(boolean fused) {
        EfficiencyMethod[] methods = fused
                ? new EfficiencyMethod[] {new FasterShifts(4), new FusedSgd()}
                : new EfficiencyMethod[] {new FasterShifts(4)};
        Products block = new Products().withWeight(2).with(Type.BETA, 2).with(Type.GAMMA, 1);
        try (GivenGradients given = new GivenGradients(TestRuns.sgd(0.5), block, methods)) {
            float[][] gradients = {{1, -2}, {1, -2}, {1}};
            given.step(gradients);
            assertThat(given.weights(0)).containsExactly(new float[] {0.9f, 1.2f}, within(1e-6f));
            assertThat(given.weights(1)).containsExactly(new float[] {0.6f, 1.8f}, within(1e-6f));
            assertThat(given.weights(2)).containsExactly(new float[] {0.9f}, within(1e-6f));
            given.step(gradients);
            assertThat(given.weights(0)).containsExactly(new float[] {0.75f, 1.5f}, within(1e-6f));
            assertThat(given.weights(1)).containsExactly(new float[] {0, 3}, within(1e-6f));
        }
    }

    /** A shift that no pass has reached has no gradient to multiply. */
    @Test
    void whatIsNotReachedStays() {
        Products block = new Products().withWeight(1).with(Type.BETA, 1);
        try (GivenGradients given = new GivenGradients(TestRuns.sgd(0), block, new FasterShifts(), new FusedSgd())) {
            given.step(new float[] {1});
            assertThat(given.weights(0)).containsExactly(new float[] {0.9f}, within(1e-6f));
            assertThat(given.weights(1)).containsExactly(1);
        }
    }

    @Test
    void errorsSayWhatWasExpected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FasterShifts(1))
                .withMessage("FasterShifts: expected a factor > 1, got 1.0: leave the method out for 1");
        Optimizer adam =
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.1f)).build();
        try (Model model = TestRuns.model(BatchNorm.builder().build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Run.of(model, RunSettings.none().optimizer(adam), new FasterShifts()))
                    .withMessage(
                            "FasterShifts expected DJL's Sgd as the run's optimiser, got Adam: give the run one that"
                                    + " FasterShifts can take over from, or drop FasterShifts");
        }
    }

    @Test
    void refusesAModelWithoutShifts() {
        String looked =
                "FasterShifts looked for trained shifts of norms (parameters of type BETA) in the model and found none";
        try (GivenGradients given =
                new GivenGradients(TestRuns.sgd(0), new Products().withWeight(1), new FasterShifts())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> given.step(new float[] {1}))
                    .withMessage(looked + ": drop the method, or make the run lenient to go on without it");
        }
        Products block = new Products().withWeight(1);
        RunSettings lenient = RunSettings.none().lenient();
        try (GivenGradients given = new GivenGradients(lenient, TestRuns.sgd(0), block, new FasterShifts())) {
            given.step(new float[] {1});
            assertThat(given.run.log()).containsExactly(looked + "; the run goes on without it");
            assertThat(given.weights(0)).containsExactly(new float[] {0.9f}, within(1e-6f));
        }
    }
}
