package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.vivace.methods.GivenGradients.of;

import ai.djl.Model;
import ai.djl.nn.Parameter.Type;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.ParameterTracker;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.methods.GivenGradients.Products;
import org.vivace.train.Equivalence;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class FusedSgdTest {

    private static Sgd.Builder sgd(double rate) {
        return Optimizer.sgd().setLearningRateTracker((id, update) -> (float) rate);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void doesWhatDjlDoes(Supplier<Optimizer> optimizer) throws Exception {
        Regression.assertDoesWhatDjlDoes(optimizer, new FusedSgd());
    }

    static Stream<Supplier<Optimizer>> optimizers() {
        // The rate falls, is zero once, and rises again: DJL keeps it in the momentum.
        ParameterTracker schedule = (id, update) -> update == 9 ? 0f : 0.1f / (1 + update % 7);
        Supplier<Sgd.Builder> scheduled = () -> Optimizer.sgd().setLearningRateTracker(schedule);
        return Stream.of(
                () -> scheduled.get().build(),
                () -> scheduled.get().optWeightDecays(0.05f).build(),
                () -> {
                    Sgd.Builder all = scheduled.get().optWeightDecays(0.05f).optMomentum(0.9f);
                    return all.setRescaleGrad(0.5f).optBeginNumUpdate(3).build();
                });
    }

    @Test
    void keepsTheLearningRateInTheMomentum() {
        float[] rates = {0.1f, 0.5f};
        Optimizer optimizer = Optimizer.sgd()
                .setLearningRateTracker((id, update) -> rates[update - 1])
                .optMomentum(0.5f)
                .optWeightDecays(0.2f)
                .build();
        try (GivenGradients given = new GivenGradients(optimizer, new Products().withWeight(1), new FusedSgd())) {
            given.step(of(2));
            assertThat(given.weights(0)[0]).isCloseTo(0.78f, within(1e-6f)); // m = 0.1 (2 + 0.2)
            given.step(of(1));
            assertThat(given.weights(0)[0]).isCloseTo(0.092f, within(1e-6f)); // m = 0.11 + 0.5 (1 + 0.156)
        }
    }

    @Test
    void clipsBothSides() {
        FusedSgd method = new FusedSgd().withClipValue(1);
        try (GivenGradients given = new GivenGradients(sgd(1).build(), new Products().withWeight(3), method)) {
            assertThat(given.step(of(10, -10, 0.5)).weights(0)).containsExactly(0, 2, 0.5f);
        }
    }

    @Test
    void takesDjlsClippingForTwoSidedAndSaysSo() {
        Sgd.Builder clipping = sgd(1).optClipGrad(1);
        try (GivenGradients given =
                new GivenGradients(clipping.build(), new Products().withWeight(2), new FusedSgd())) {
            assertThat(given.step(of(10, -10)).weights(0)).containsExactly(0, 2);
            assertThat(given.run.log())
                    .containsExactly("FusedSgd clips each gradient to [-1.0, 1.0]; DJL's own optClipGrad clips the"
                            + " upper side only");
        }
        try (GivenGradients given =
                new GivenGradients(clipping.build(), new Products().withWeight(2), new FusedSgd().withClipValue(2))) {
            assertThat(given.step(of(10, -10)).weights(0)).containsExactly(-1, 3);
            assertThat(given.run.log()).isEmpty();
        }
    }

    @Test
    void clipsTheNormOfAllGradientsTogether() {
        Products block = new Products().withWeight(1).withWeight(1);
        try (GivenGradients given = new GivenGradients(sgd(1).build(), block, new FusedSgd().withMaxNorm(1))) {
            given.step(of(3), of(-4)); // of norm 5
            assertThat(given.weights(0)[0]).isCloseTo(0.4f, within(1e-6f));
            assertThat(given.weights(1)[0]).isCloseTo(1.8f, within(1e-6f));
            given.step(of(0.3), of(0.4)); // of norm 0.5
            assertThat(given.weights(0)[0]).isCloseTo(0.1f, within(1e-6f));
            assertThat(given.weights(1)[0]).isCloseTo(1.4f, within(1e-6f));
        }
    }

    @Test
    void keepsDecayOffNormsAndBiases() {
        Products block = new Products()
                .with(Type.WEIGHT, 1, 2)
                .with(Type.BIAS, 1, 2)
                .with(Type.GAMMA, 1, 2)
                .with(Type.BETA, 1, 2)
                .with(Type.OTHER, 2);
        FusedSgd method = new FusedSgd().withWeightDecay(0.5).withoutDecayOnNormsAndBiases();
        float[] zero = of(0, 0);
        try (GivenGradients given = new GivenGradients(sgd(1).build(), block, method)) {
            given.step(zero, zero, zero, zero, zero);
            assertThat(given.weights(0)).containsExactly(0.5f, 0.5f);
            for (int i = 1; i < 5; i++) {
                assertThat(given.weights(i)).containsExactly(1, 1);
            }
        }
    }

    @Test
    void leavesFrozenParametersAloneAndDecaysThoseWithoutAGradientAsDjlDoes() {
        Products block = new Products().withWeight(1).withWeight(1).withWeight(1);
        Sgd.Builder decaying = sgd(1).optWeightDecays(0.5f);
        try (GivenGradients given = new GivenGradients(decaying.build(), block, new FusedSgd())) {
            given.step(of(0), of(0));
            assertThat(given.weights(0)).containsExactly(0.5f);
            assertThat(given.weights(2)).containsExactly(0.5f);
            block.parameter(0).freeze(true);
            given.step(of(0), of(0), of(0));
            assertThat(given.weights(0)).containsExactly(0.5f);
            assertThat(given.weights(1)).containsExactly(0.25f);
            assertThat(given.weights(2)).containsExactly(0.25f);
            block.parameter(0).freeze(false);
            given.step(of(0), of(0), of(0));
            assertThat(given.weights(0)).containsExactly(0.25f);
        }
    }

    @Test
    void givesEachParameterItsOwnLearningRate() {
        Products block = new Products().withWeight(1).withWeight(1);
        Map<String, Float> rates = new HashMap<>();
        rates.put(block.parameter(0).getId(), 0.25f);
        rates.put(block.parameter(1).getId(), 0.5f);
        // Equal at first, so that what was one group must come apart.
        Optimizer optimizer = Optimizer.sgd()
                .setLearningRateTracker((id, update) -> update == 1 ? 0.5f : rates.get(id))
                .build();
        try (GivenGradients given = new GivenGradients(optimizer, block, new FusedSgd())) {
            given.step(of(1), of(1)).step(of(1), of(1));
            assertThat(given.weights(0)).containsExactly(0.25f);
            assertThat(given.weights(1)).containsExactly(0);
        }
    }

    @Test
    void refusesOtherOptimizers() {
        try (Model model = Model.newInstance("none")) {
            model.setBlock(new Products().withWeight(1));
            RunSettings adam = RunSettings.none().optimizer(Optimizer.adam().build());
            assertThatThrownBy(() -> Run.of(model, adam, new FusedSgd()))
                    .hasMessage("FusedSgd expected DJL's Sgd as the run's optimizer, got Adam: give the run one that"
                            + " FusedSgd can replace, or drop FusedSgd");
        }
    }

    @Test
    void saysWhatDiffersFromTheDefault() {
        assertThat(new FusedSgd().label()).isEqualTo("FusedSgd");
        assertThat(new FusedSgd().traits().equivalence()).isEqualTo(Equivalence.WITHIN_TOLERANCE);
        FusedSgd clipping = new FusedSgd().withClipValue(0.5);
        assertThat(clipping.label()).isEqualTo("FusedSgd(clipValue 0.5)");
        assertThat(clipping.traits().equivalence()).isEqualTo(Equivalence.CHANGES_TRAINING);
    }
}
