package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallTraining;

/** What the loss of a batch in parts is, for losses of several kinds. */
class MicroBatchLossTest {

    /** One value an example: half the square of the error of the first output. */
    private static Loss each() {
        return new Loss("each") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return predictions
                        .head()
                        .get(":, 0")
                        .sub(labels.head())
                        .square()
                        .div(2);
            }
        };
    }

    private static Loss summed() {
        return new Loss("summed") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return each().evaluate(labels, predictions).sum();
            }
        };
    }

    private static TrainingRecord fit(Model model, Loss loss, int microBatches) throws Exception {
        return Training.of(model)
                .input(SmallTraining.POINTS)
                .loss(loss)
                .learningRate(0.01)
                .optimizer(SmallTraining::sgd)
                .microBatches(microBatches)
                .seed(2)
                .steps(5)
                .fit(
                        SmallTraining.points(model.getNDManager(), false),
                        SmallTraining.points(model.getNDManager(), 8, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aLossForEachExampleCountsAsTheirSum(int microBatches) throws Exception {
        try (Model one = SmallTraining.model(SmallTraining.mlp(0));
                Model other = SmallTraining.model(SmallTraining.mlp(0))) {
            TrainingRecord sum = fit(one, summed(), 1);
            TrainingRecord each = fit(other, each(), microBatches);
            for (int i = 0; i < 5; i++) {
                assertThat(each.curve().get(i).loss())
                        .isCloseTo(sum.curve().get(i).loss(), within(1e-5));
            }
            assertThat(each.finalLoss().getAsDouble()).isCloseTo(sum.finalLoss().getAsDouble(), within(1e-5));
            assertThat(each.evaluations().get(0).loss())
                    .isCloseTo(sum.evaluations().get(0).loss(), within(1e-5));
        }
    }

    /** A mean over the examples whose label is not {@code ignored}. */
    private static Loss masked(float ignored) {
        return new Loss("masked") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                NDArray mask =
                        labels.head().neq(ignored).toType(predictions.head().getDataType(), false);
                return each().evaluate(labels, predictions).mul(mask).sum().div(mask.sum());
            }
        };
    }

    @Test
    void aMeanOverWhatIsNotMaskedIsRefusedInParts() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThat(fit(model, masked(1), 1).curve()).hasSize(5);
        }
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fit(model, masked(1), 4))
                    .withMessageMatching(
                            "expected a loss that is the mean over a batch's examples, or has one value for"
                                    + " each, to train in 4 parts, got \\S+ for two of them together and \\S+ from each by"
                                    + " itself, as from a mean over unmasked elements only: train with one micro-batch on one"
                                    + " device, or divide by the number of examples");
        }
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThat(fit(model, masked(99), 4).curve())
                    .as("nothing is masked")
                    .hasSize(5);
        }
    }
}
