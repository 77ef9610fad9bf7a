package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.torch.NativeProducts;
import org.vivace.torch.NewtonSchulz;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.NamedParameter;
import org.vivace.train.Recipe;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class MuonTest {

    private static final String HIDDEN = "03Linear_weight";

    /** Of its three matrices the middle one, (12, 5), is hidden. */
    private static Block chain() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(5).build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(12).build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(2).build());
    }

    private static Sample numbers(NDManager manager) {
        NDArray data = manager.arange(8 * 3f).square().sin().reshape(8, 3); // without a pattern that has few directions
        return new Sample(new NDList(data), new NDList(data.get(":, :2").mul(2)));
    }

    private static Optimizer adamW() {
        return Optimizer.adamW()
                .optLearningRateTracker(Tracker.fixed(0.02f))
                .optWeightDecays(0.5f)
                .build();
    }

    private static Optimizer sgd() {
        return SmallTraining.sgd(0.02, 0.9, 0.5);
    }

    /** All weights of the chain by path after so many steps from one seed. */
    private static Map<String, float[]> weights(int steps, Optimizer optimizer, EfficiencyMethod... methods) {
        Map<String, float[]> weights = new TreeMap<>();
        RunSettings settings = RunSettings.none().seed(5).steps(10).optimizer(optimizer);
        try (Model model = SmallTraining.model(chain());
                Run run = Run.of(model, settings, methods);
                Trainer trainer = model.newTrainer(SmallTraining.config(optimizer))) {
            run.seedFor("weights");
            trainer.initialize(new Shape(8, 3));
            for (int i = 0; i < steps; i++) {
                try (NDManager batch = model.getNDManager().newSubManager()) {
                    run.step(numbers(batch), trainer::forward, Loss.l2Loss(), trainer::step);
                }
            }
            for (NamedParameter named : run.parameters()) {
                weights.put(named.path(), named.array().toFloatArray());
            }
        }
        return weights;
    }

    private static void assertMovesTheHiddenWeightAndNoOther(
            Supplier<Optimizer> optimizer, EfficiencyMethod own, double changeAtRateOne) {
        Map<String, float[]> before = weights(0, optimizer.get());
        Map<String, float[]> alone = weights(1, optimizer.get(), own);
        Map<String, float[]> muon = weights(1, optimizer.get(), Muon.of(3));
        assertThat(muon).hasSize(6).containsKey(HIDDEN);
        for (String path : muon.keySet()) {
            if (!path.equals(HIDDEN)) {
                assertThat(muon.get(path)).as(path).containsExactly(alone.get(path));
            }
        }
        float[] gradient = StepGradients.of(MuonTest::chain, MuonTest::numbers, Loss.l2Loss())
                .gradients()
                .get(HIDDEN);
        float[] expected = before.get(HIDDEN).clone();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray matrix = manager.create(gradient, new Shape(12, 5));
            float[] direction =
                    NewtonSchulz.orthogonal(matrix, 5, Precision.FLOAT32).toFloatArray();
            assertThat(Weights.distance(Muon.orthogonalize(matrix, 5).toFloatArray(), direction))
                    .isLessThan(0.5);
            double rate = 3 * 0.02;
            for (int i = 0; i < expected.length; i++) {
                expected[i] -= (float) (rate * (0.5 * expected[i] + changeAtRateOne * direction[i]));
            }
        }
        // Where the products are in bf16, its rounding counts in the directions that have little of the gradient.
        double moved = Weights.distance(expected, before.get(HIDDEN));
        assertThat(Weights.distance(muon.get(HIDDEN), expected)).isLessThan(0.2 * moved);
        assertThat(Weights.distance(alone.get(HIDDEN), expected)).isGreaterThan(0.5 * moved);
    }

    @Test
    void movesHiddenWeightsAlongTheirOrthogonalisedGradientAndLeavesTheRestToAdamW() {
        assertMovesTheHiddenWeightAndNoOther(MuonTest::adamW, new FusedAdamW(), 0.2 * Math.sqrt(12));
    }

    @Test
    void leavesTheRestToSgdToo() {
        assertMovesTheHiddenWeightAndNoOther(MuonTest::sgd, new FusedSgd(), 0.2 * Math.sqrt(12));
    }

    @Test
    void followsTheRunsSchedule() {
        Optimizer falling = Optimizer.adam()
                .optLearningRateTracker((id, update) -> update == 1 ? 0.01f : 0)
                .build();
        assertThat(weights(2, falling, new Muon()).get(HIDDEN))
                .containsExactly(weights(1, falling, new Muon()).get(HIDDEN));
    }

    @Test
    void learns() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0));
                Run run = Run.of(model, RunSettings.none().seed(5).optimizer(adamW()), new Muon());
                Trainer trainer = model.newTrainer(SmallTraining.config(adamW()))) {
            run.seedFor("weights");
            trainer.initialize(new Shape(4, 16));
            double[] losses = new double[100];
            int arrays = 0;
            for (int i = 0; i < losses.length; i++) {
                try (NDManager batch = model.getNDManager().newSubManager()) {
                    losses[i] = run.step(SmallTraining.tokens(batch), trainer::forward, new TokenLoss(), trainer::step)
                            .getFloat();
                }
                arrays = i == 0 ? model.getNDManager().getManagedArrays().size() : arrays;
            }
            assertThat(losses[0]).isGreaterThan(2.5);
            assertThat(losses[99]).isLessThan(1);
            assertThat(model.getNDManager().getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void saysWhatItMoves() {
        try (Model model = SmallTraining.model(new Gpt(new Gpt.Settings(16, 8, 2, 2, 16, 0)));
                Run run = Run.of(model, RunSettings.none().optimizer(adamW()), new Muon())) {
            assertThat(run.log())
                    .containsExactly(
                            "Muon moves 8 hidden weights; the optimizer's own rule moves"
                                    + " 01TokenEmbedding_weight, 02LearnedPositions_weight, 07Linear_weight, and all scales,"
                                    + " shifts and biases",
                            "Muon multiplies in " + PRECISION);
        }
    }

    private static final Precision PRECISION =
            NativeProducts.bfloat16(Device.cpu()) ? Precision.BFLOAT16 : Precision.FLOAT32;

    /** A run that is resumed goes on in the precision it began in, whatever the machine would choose. */
    @Test
    void itsPrecisionIsTheSaves() {
        Map<Precision, float[]> weights = new TreeMap<>();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            StateInMemory saved = new StateInMemory();
            saved.number("updates", 0);
            saved.number("bytes of a product's number", precision.bytes());
            weights.put(precision, afterAStep(saved));
            assertThat(afterAStep(saved)).isEqualTo(weights.get(precision));
        }
        assertThat(afterAStep(null)).isEqualTo(weights.get(PRECISION));
        assertThat(Weights.farthest(weights.get(Precision.FLOAT32), weights.get(Precision.BFLOAT16)))
                .isBetween(1e-7, 1e-2);
    }

    private static float[] afterAStep(StateInMemory saved) {
        Optimizer optimizer = adamW();
        try (Model model = SmallTraining.model(SmallTraining.gpt(0));
                Run run = Run.of(model, RunSettings.none().seed(7).optimizer(optimizer), new Muon());
                Trainer trainer = model.newTrainer(SmallTraining.config(optimizer));
                NDManager batch = model.getNDManager().newSubManager()) {
            run.seedFor("weights");
            trainer.initialize(new Shape(4, 16));
            if (saved != null) {
                run.hooks().get(0).load(saved.reader());
            }
            run.step(SmallTraining.tokens(batch), trainer::forward, new TokenLoss(), trainer::step);
            return Weights.of(model).values();
        }
    }

    @Test
    void refusesRunsItCannotCarry() {
        try (Model model = SmallTraining.model(chain())) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new Muon()))
                    .hasMessage("Muon expected DJL's Adam, AdamW or Sgd as the run's optimizer, got none: give it in"
                            + " RunSettings.optimizer(…) or the training config");
            Optimizer other = Optimizer.adagrad().build();
            assertThatThrownBy(() -> Run.of(model, RunSettings.none().optimizer(other), new Muon()))
                    .hasMessage("Muon expected DJL's Adam, AdamW or Sgd as the run's optimizer, got Adagrad: give the"
                            + " run one that Muon can replace, or drop Muon");
        }
        try (Model model = SmallTraining.model(Linear.builder().setUnits(1).build())) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none().optimizer(adamW()), new Muon()))
                    .hasMessage("Muon looked for Linear and Convolution blocks between the model's first layer and its"
                            + " last and found none: drop the method");
        }
        assertThatThrownBy(() -> Recipe.of(new Muon(), new FusedAdamW()))
                .hasMessage("Muon and FusedAdamW both claim the optimizer step, because a run has one update a step:"
                        + " drop one of them");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesARateOutOfRange(double rate) {
        assertThatThrownBy(() -> Muon.of(rate))
                .hasMessage("Muon: expected a rate > 0 as a multiple of the run's, got " + rate);
    }

    @Test
    void refusesOtherSettingsOutOfRange() {
        assertThatThrownBy(() -> new Muon().withMomentum(1)).hasMessage("Muon: expected a momentum in [0, 1), got 1.0");
        assertThatThrownBy(() -> new Muon().withMomentum(-0.1))
                .hasMessage("Muon: expected a momentum in [0, 1), got -0.1");
        assertThatThrownBy(() -> new Muon().withSteps(0)).hasMessage("Muon: expected steps >= 1, got 0: 5 is usual");
        assertThatThrownBy(() -> new Muon().withMaxNorm(0))
                .hasMessage("maxNorm must be > 0 and finite, got 0.0: leave it out for no clipping");
    }

    @Test
    void showsWhatDiffersFromTheDefault() {
        assertThat(new Muon().label()).isEqualTo("Muon");
        assertThat(new Muon().traits().equivalence()).isEqualTo(Equivalence.CHANGES_TRAINING);
        Muon all = Muon.of(2)
                .withMomentum(0.9)
                .withSteps(4)
                .withMaxNorm(1)
                .withWeightDecay(0.1)
                .withoutDecayOnNormsAndBiases();
        assertThat(all.label())
                .isEqualTo("Muon(rate 2.0, momentum 0.9, steps 4, maxNorm 1.0, weightDecay 0.1, decay on matrices)");
        assertThat(List.of(Muon.of(1), new Muon().withSteps(5))).containsOnly(new Muon());
    }
}
