package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Equivalence;
import org.vivace.train.GradientDivergedException;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.State;

/** Dynamic loss scaling over the steps of a run in fp16. */
class LossScaleRunTest {

    /** Writes down the norm of the first gradient, and makes one infinite at the steps that are named. */
    private static GivenMethod meddling(List<Long> infiniteAt, List<Double> norms) {
        return GivenMethod.of("Meddling", Kind.LOSS, Equivalence.CHANGES_TRAINING, new Hooks() {
            @Override
            public void aroundBackward(Run run, NDArray loss, Backward backward) {
                backward.from(loss);
                if (infiniteAt.contains(run.step())) {
                    try (NDArray gradient = run.parameters().get(0).array().getGradient()) {
                        gradient.addi(Float.POSITIVE_INFINITY);
                    }
                }
            }

            @Override
            public void onGradients(Run run) {
                try (NDArray gradient = run.parameters().get(0).array().getGradient();
                        NDArray norm = gradient.norm()) {
                    norms.add((double) norm.getFloat());
                }
            }
        });
    }

    private record Steps(List<float[]> weights, List<Double> scales, List<String> log) {}

    private static Steps steps(int count, EfficiencyMethod... methods) {
        List<float[]> weights = new ArrayList<>();
        List<Double> scales = new ArrayList<>();
        List<String> log;
        try (Model model = SmallTraining.model(SmallTraining.gpt(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model,
                        SmallTraining.config(SmallTraining.sgd()),
                        RunSettings.none().seed(7),
                        methods)) {
            trainer.initialize(new Shape(4, 16));
            for (int step = 0; step < count; step++) {
                NDManager manager = model.getNDManager().newSubManager();
                Sample sample = SmallTraining.tokens(manager);
                try (Batch batch = new Batch(
                        manager, sample.data(), sample.labels(), 4, Batchifier.STACK, Batchifier.STACK, step, count)) {
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                }
                weights.add(Weights.of(model).values());
                trainer.run().hooks().forEach(hooks -> hooks.save(new Scales(scales)));
            }
            trainer.run().close();
            log = trainer.run().log();
        }
        return new Steps(weights, scales, log);
    }

    private record Scales(List<Double> seen) implements State.Writer {

        @Override
        public void number(String name, double value) {}

        @Override
        public void array(String name, NDArray value) {
            if (name.equals("scale")) {
                seen.add((double) value.getFloat(0));
            }
        }
    }

    @Test
    void growsAfterAsManyFiniteStepsInARow() {
        Steps steps = steps(7, MixedPrecision.fp16(new LossScale(16, 2, 0.5, 3)));

        assertThat(steps.scales()).containsExactly(16.0, 16.0, 32.0, 32.0, 32.0, 64.0, 64.0);
    }

    @Test
    void aStepWithAnInfiniteGradientChangesNothingAndIsCountedAndNoted() {
        Steps steps = steps(
                6, MixedPrecision.fp16(new LossScale(16, 2, 0.25, 2)), meddling(List.of(1L, 3L), new ArrayList<>()));

        assertThat(steps.scales()).containsExactly(16.0, 4.0, 4.0, 1.0, 1.0, 2.0);
        for (int step = 1; step < 6; step++) {
            double moved =
                    Weights.farthest(steps.weights().get(step), steps.weights().get(step - 1));
            if (step == 1 || step == 3) {
                assertThat(moved).as("step %d", step).isZero();
            } else {
                assertThat(moved).as("step %d", step).isPositive().isLessThan(1);
            }
        }
        assertThat(steps.log())
                .contains(
                        "MixedPrecision: step 1 was skipped, because its gradients were not finite in fp16; the loss scale"
                                + " is now 4.0",
                        "MixedPrecision: step 3 was skipped, because its gradients were not finite in fp16; the loss scale"
                                + " is now 1.0",
                        "MixedPrecision: 2 of 6 steps were skipped");
    }

    @Test
    void theScaleHasAFloorAndTheRunStopsThere() {
        assertThatExceptionOfType(GradientDivergedException.class)
                .isThrownBy(() -> steps(
                        9,
                        MixedPrecision.fp16(new LossScale(16, 2, 0.25, 99)),
                        meddling(List.of(1L, 2L, 3L, 4L), new ArrayList<>())))
                .withMessageMatching(
                        "MixedPrecision: expected finite gradients at the smallest loss scale, 1.0, got one"
                                + " that is not on \\S+ at step 3: train in bf16, lower the learning rate or look at that batch");
    }

    @Test
    void refusesAScaleWhoseInverseIsNotFinite() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LossScale(1e-40, 2, 0.5, 99))
                .withMessage("MixedPrecision: expected initial loss scale > 0, got 1.0E-40");
    }

    @Test
    void otherMethodsSeeUnscaledGradientsWhereverTheyStandInTheRecipe() {
        List<Double> plain = new ArrayList<>();
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        MixedPrecision fp16 = MixedPrecision.fp16(new LossScale(4096, 2, 0.5, 2000));
        steps(2, meddling(List.of(), plain));
        steps(2, meddling(List.of(), before), fp16);
        steps(2, fp16, meddling(List.of(), after));

        assertThat(after).isEqualTo(before);
        for (int step = 0; step < 2; step++) {
            double norm = plain.get(step);
            assertThat(after.get(step)).isCloseTo(norm, within(norm * 0.01));
        }
    }

    @Test
    void keepsGradientsThatFp16WouldRoundToNothing() {
        // A loss of a hundred-millionth of the usual: all its gradients are below fp16's smallest number.
        EfficiencyMethod small = GivenMethod.of("Shrinking", Kind.LOSS, Equivalence.CHANGES_TRAINING, new Hooks() {
            @Override
            public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
                return loss.mul(1e-8f);
            }
        });
        List<Double> plain = new ArrayList<>();
        List<Double> scaled = new ArrayList<>();
        steps(1, meddling(List.of(), plain), small);
        steps(1, MixedPrecision.fp16(), meddling(List.of(), scaled), small);

        double norm = plain.get(0);
        assertThat(norm).isPositive();
        assertThat(scaled.get(0)).isCloseTo(norm, within(norm * 0.1));
        assertThatIllegalStateException()
                .isThrownBy(() -> steps(1, MixedPrecision.fp16(new LossScale(1, 2, 0.5, 9)), small))
                .withMessageStartingWith("Gradient values are all zeros");
    }
}
