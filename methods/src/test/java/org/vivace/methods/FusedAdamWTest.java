package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.vivace.methods.GivenGradients.of;

import ai.djl.Model;
import ai.djl.nn.Parameter.Type;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.methods.GivenGradients.Products;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.Equivalence;
import org.vivace.train.Recipe;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class FusedAdamWTest {

    private static final ParameterTracker SCHEDULE = (id, update) -> 0.02f / (1 + update % 7);

    private static Adam.Builder adam() {
        return Optimizer.adam().optLearningRateTracker(SCHEDULE);
    }

    private static AdamW.Builder adamW() {
        return Optimizer.adamW().optLearningRateTracker(SCHEDULE);
    }

    static Stream<Supplier<Optimizer>> optimizers() {
        return Stream.of(
                () -> adam().build(),
                () -> adam().optWeightDecays(0.1f)
                        .optBeta1(0.8f)
                        .optBeta2(0.95f)
                        .optEpsilon(1e-2f)
                        .build(),
                () -> adamW().optWeightDecays(0.1f).build(),
                () -> adamW().setRescaleGrad(0.125f)
                        .optEpsilon(1e-3f)
                        .optBeginNumUpdate(10)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void doesWhatDjlDoes(Supplier<Optimizer> optimizer) throws Exception {
        Regression.assertDoesWhatDjlDoes(optimizer, new FusedAdamW());
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void doesWhatDjlDoesInAHandWrittenLoop(Supplier<Optimizer> optimizer) {
        try (GivenGradients djl = new GivenGradients(optimizer.get(), new Products().withWeight(50));
                GivenGradients fused =
                        new GivenGradients(optimizer.get(), new Products().withWeight(50), new FusedAdamW())) {
            stepBoth(djl, fused, 20, 50);
            assertThat(fused.weights(0)).containsExactly(djl.weights(0), within(2e-6f));
        }
    }

    /** Gives both the same random gradients of a weight with so many values. */
    private static void stepBoth(GivenGradients one, GivenGradients other, int steps, int size) {
        Random random = new Random(1);
        for (int i = 0; i < steps; i++) {
            float[] gradients = of(random.doubles(size, -1, 1).toArray());
            one.step(gradients);
            other.step(gradients);
        }
    }

    private static Adam.Builder signs(double rate) {
        return Optimizer.adam()
                .optLearningRateTracker(Tracker.fixed((float) rate))
                .optEpsilon(1)
                .optBeta1(0)
                .optBeta2(0);
    }

    @Test
    void clips() {
        // Without memory, and with an epsilon of 1, the update is g / (|g| + 1).
        try (GivenGradients given =
                new GivenGradients(signs(1).build(), new Products().withWeight(2), new FusedAdamW().withClipValue(3))) {
            assertThat(given.step(of(9, -9)).weights(0)).containsExactly(of(0.25, 1.75), within(1e-6f));
        }
        try (GivenGradients given = new GivenGradients(
                signs(1).build(), new Products().withWeight(1).withWeight(1), new FusedAdamW().withMaxNorm(5))) {
            given.step(of(6), of(-8)); // of norm 10
            assertThat(given.weights(0)).containsExactly(of(0.25), within(1e-6f));
            assertThat(given.weights(1)).containsExactly(of(1.8), within(1e-6f));
        }
    }

    @Test
    void keepsDecayOffNormsAndBiases() {
        Products block =
                new Products().with(Type.WEIGHT, 1, 1).with(Type.BIAS, 1, 1).with(Type.GAMMA, 1);
        Optimizer optimizer = Optimizer.adamW()
                .optLearningRateTracker(Tracker.fixed(0.5f))
                .optWeightDecays(0.5f)
                .build();
        FusedAdamW method = new FusedAdamW().withoutDecayOnNormsAndBiases();
        try (GivenGradients given = new GivenGradients(optimizer, block, method)) {
            given.step(of(0), of(0), of(0));
            assertThat(given.weights(0)).containsExactly(0.75f);
            assertThat(given.weights(1)).containsExactly(1);
            assertThat(given.weights(2)).containsExactly(1);
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void doesWhatDjlDoesToAParameterThatIsReachedLate(Supplier<Optimizer> optimizer) {
        Supplier<Products> two = () -> new Products().withWeight(1).withWeight(1);
        try (GivenGradients djl = new GivenGradients(optimizer.get(), two.get());
                GivenGradients fused = new GivenGradients(optimizer.get(), two.get(), new FusedAdamW())) {
            for (GivenGradients given : List.of(djl, fused)) {
                given.step(of(2)).step(of(2)).step(of(2), of(2)).step(of(1), of(-1));
            }
            assertThat(fused.weights(1)).containsExactly(djl.weights(1), within(2e-6f));
        }
    }

    @Test
    void worksOnWeightsInAnyMemoryLayout() {
        Optimizer optimizer = adam().build();
        try (GivenGradients planes =
                        new GivenGradients(optimizer, new Products().with(Type.WEIGHT, 2, 3, 2, 2), new FusedAdamW());
                GivenGradients pixels =
                        new GivenGradients(optimizer, new Products().with(Type.WEIGHT, 2, 3, 2, 2), new FusedAdamW())) {
            MemoryFormat.CHANNELS_LAST.applyTo(pixels.block.parameter(0).getArray());
            stepBoth(planes, pixels, 3, 24);
            assertThat(pixels.weights(0)).containsExactly(planes.weights(0), within(1e-6f));
        }
    }

    @Test
    void refusesWhatItCannotTakeOver() {
        try (Model model = Model.newInstance("none")) {
            model.setBlock(new Products().withWeight(1));
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new FusedAdamW()))
                    .hasMessage("FusedAdamW expected DJL's Adam or AdamW as the run's optimizer, got none: give it in"
                            + " RunSettings.optimizer(…) or the training config");
            Optimizer sgd =
                    Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1)).build();
            assertThatThrownBy(() -> Run.of(model, RunSettings.none().optimizer(sgd), new FusedAdamW()))
                    .hasMessage("FusedAdamW expected DJL's Adam or AdamW as the run's optimizer, got Sgd: give the run"
                            + " one that FusedAdamW can replace, or drop FusedAdamW");
            Optimizer adam = Optimizer.adam().build();
            assertThatThrownBy(() -> Run.of(
                            model, RunSettings.none().optimizer(adam), new FusedAdamW().withoutDecayOnNormsAndBiases()))
                    .hasMessage("FusedAdamW expected a weight decay to keep off norms and biases, got 0: set"
                            + " withWeightDecay(0.01) or drop withoutDecayOnNormsAndBiases()");
        }
    }

    @Test
    void refusesASecondMethodForTheSameStep() {
        assertThatThrownBy(() -> Recipe.of(new FusedAdamW(), new FusedSgd()))
                .hasMessage("FusedAdamW and FusedSgd both claim the optimizer step, because a run has one update a"
                        + " step: drop one of them");
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> new FusedAdamW().withMaxNorm(-1))
                .hasMessage("maxNorm must be > 0 and finite, got -1.0: leave it out for no clipping");
        assertThatThrownBy(() -> new FusedAdamW().withClipValue(Double.NaN))
                .hasMessage("clipValue must be > 0 and finite, got NaN: leave it out for no clipping");
        assertThatThrownBy(() -> new FusedAdamW().withWeightDecay(-0.1))
                .hasMessage("weightDecay must be >= 0 and finite, got -0.1: 0 turns it off");
    }

    @Test
    void saysWhatDiffersFromTheDefault() {
        assertThat(new FusedAdamW().label()).isEqualTo("FusedAdamW");
        assertThat(new FusedAdamW().traits().equivalence()).isEqualTo(Equivalence.WITHIN_TOLERANCE);
        FusedAdamW all = new FusedAdamW()
                .withMaxNorm(1)
                .withClipValue(0.5)
                .withWeightDecay(0.1)
                .withoutDecayOnNormsAndBiases();
        assertThat(all.label()).isEqualTo("FusedAdamW(maxNorm 1.0, clipValue 0.5, weightDecay 0.1, decay on matrices)");
        assertThat(all.traits().equivalence()).isEqualTo(Equivalence.CHANGES_TRAINING);
    }
}
