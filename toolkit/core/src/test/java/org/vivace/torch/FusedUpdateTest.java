package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;
import org.vivace.torch.FusedUpdate.Decay;

class FusedUpdateTest extends TorchTest {

    private static final List<Shape> SHAPES = List.of(new Shape(3), new Shape(2, 5), new Shape(), new Shape(40, 7, 3));
    private static final double LR = 0.01;
    private static final double DECAY = 0.1;
    private static final double EPS = 1e-8;
    private static final int STEPS = 4;

    /** Parameters of several shapes, and lists of zeros beside them. */
    private record Trained(NDManager owner, List<NDArray> weights) {

        static Trained on(NDManager owner) {
            List<NDArray> weights = new ArrayList<>();
            for (int i = 0; i < SHAPES.size(); i++) {
                NDArray weight = owner.create(values((int) SHAPES.get(i).size(), i), SHAPES.get(i));
                weight.setRequiresGradient(true);
                weights.add(weight);
            }
            return new Trained(owner, weights);
        }

        TensorList list() {
            return TensorList.of(weights);
        }

        TensorList zeros() {
            return TensorList.of(weights.stream().map(NDArray::zerosLike).toList());
        }

        /** Leaves 2 w c on each weight, with c its own array of constants: a gradient that changes as w does. */
        void backward() {
            TorchTest.backward(() -> {
                NDArray loss = owner.create(0f);
                for (int i = 0; i < weights.size(); i++) {
                    loss = loss.add(weights.get(i).square().mul(constants(i)).sum());
                }
                return loss;
            });
        }

        private NDArray constants(int i) {
            return owner.create(values((int) SHAPES.get(i).size(), 20 + i), SHAPES.get(i));
        }

        void assertGradientsAreZero() {
            for (NDArray weight : weights) {
                assertThat(floats(weight.getGradient())).containsOnly(0);
            }
        }
    }

    /** What one element keeps between steps, in fp64. */
    private static final class Element {
        double weight;
        double mean;
        double variance;
        int step;

        double gradient(double constant) {
            step++;
            return 2 * weight * constant;
        }

        double adam(double constant, boolean decoupled) {
            double gradient = gradient(constant);
            if (decoupled) {
                weight -= LR * DECAY * weight;
            } else {
                gradient += DECAY * weight;
            }
            mean = 0.9 * mean + 0.1 * gradient;
            variance = 0.99 * variance + 0.01 * gradient * gradient;
            double m = mean / (1 - Math.pow(0.9, step));
            double v = variance / (1 - Math.pow(0.99, step));
            weight -= LR * m / (Math.sqrt(v) + EPS);
            return weight;
        }

        double sgd(double constant, double scale, double momentum) {
            double gradient = gradient(constant) / scale + DECAY * weight;
            mean = momentum * mean + gradient;
            weight -= LR * mean;
            return weight;
        }
    }

    private static void assertMatches(Trained trained, ToDoubleBiFunction<Element, Double> step, double tolerance) {
        for (int i = 0; i < SHAPES.size(); i++) {
            float[] found = floats(trained.weights().get(i));
            float[] start = values(found.length, i);
            float[] constants = values(found.length, 20 + i);
            double[] expected = new double[found.length];
            for (int j = 0; j < found.length; j++) {
                Element element = new Element();
                element.weight = start[j];
                for (int s = 0; s < STEPS; s++) {
                    expected[j] = step.applyAsDouble(element, (double) constants[j]);
                }
            }
            assertThat(worst(expected, doubles(trained.weights().get(i)))).isLessThan(tolerance);
        }
    }

    private static void adam(NDManager owner, boolean decoupled) {
        Trained trained = Trained.on(owner);
        try (TensorList weights = trained.list();
                TensorList means = trained.zeros();
                TensorList variances = trained.zeros()) {
            for (int step = 1; step <= STEPS; step++) {
                trained.backward();
                NDArray number = owner.create((float) step);
                Decay decay = decoupled ? Decay.DECOUPLED : Decay.IN_GRADIENT;
                FusedUpdate.adam(decay, weights, means, variances, number, LR, 0.9, 0.99, DECAY, EPS);
                trained.assertGradientsAreZero();
                assertThat(floats(number)).containsExactly(step); // the step's number is the caller's
            }
        }
        assertMatches(trained, (element, constant) -> element.adam(constant, decoupled), 1e-5);
    }

    private static void sgd(NDManager owner, double momentum) {
        Trained trained = Trained.on(owner);
        try (TensorList weights = trained.list();
                TensorList momenta = momentum == 0 ? TensorList.of(List.of()) : trained.zeros()) {
            for (int step = 0; step < STEPS; step++) {
                trained.backward();
                FusedUpdate.sgd(weights, momenta, LR, momentum, DECAY, owner.create(4f), step == 0);
                trained.assertGradientsAreZero();
            }
        }
        assertMatches(trained, (element, constant) -> element.sgd(constant, 4, momentum), 1e-6);
    }

    @Test
    void adamWIsTheFormula() {
        adam(manager, true);
    }

    @Test
    void adamIsTheFormula() {
        adam(manager, false);
    }

    @Test
    void sgdIsTheFormula() {
        sgd(manager, 0.9);
        sgd(manager, 0);
    }

    /** The update of one step after another, unless {@code found} is 1. */
    private interface Update {
        void make(TensorList weights, TensorList first, TensorList second, Optional<NDArray> found);
    }

    private void isLeftOut(Update update) {
        NDArray right = manager.zeros(new Shape(1));
        NDArray wrong = manager.ones(new Shape(1));
        Trained plain = Trained.on(manager);
        Trained flagged = Trained.on(manager);
        try (TensorList weights = plain.list();
                TensorList first = plain.zeros();
                TensorList second = plain.zeros();
                TensorList others = flagged.list();
                TensorList otherFirst = flagged.zeros();
                TensorList otherSecond = flagged.zeros()) {
            for (int step = 0; step < 2; step++) {
                plain.backward();
                update.make(weights, first, second, Optional.empty());
                flagged.backward();
                update.make(others, otherFirst, otherSecond, Optional.of(right));
                flagged.backward();
                Gradients.scale(others, Double.NaN);
                update.make(others, otherFirst, otherSecond, Optional.of(wrong));
                flagged.assertGradientsAreZero();
            }
            assertThat(others.arrays()).isEqualTo(weights.arrays());
            assertThat(otherFirst.arrays()).isEqualTo(first.arrays());
            assertThat(otherSecond.arrays()).isEqualTo(second.arrays());
        }
    }

    @Test
    void anUpdateIsLeftOutWhereTheDeviceSaysSo() {
        NDArray step = manager.create(3f);
        for (Decay decay : Decay.values()) {
            isLeftOut((weights, means, variances, found) ->
                    FusedUpdate.adam(decay, weights, means, variances, step, LR, 0.9, 0.99, DECAY, EPS, found));
        }
        isLeftOut((weights, momenta, none, found) ->
                FusedUpdate.sgdRateInMomentum(weights, momenta, LR, 0.9, DECAY, found));
        isLeftOut((weights, momenta, none, found) -> {
            try (TensorList empty = TensorList.of(List.of())) {
                FusedUpdate.sgdRateInMomentum(weights, empty, LR, 0, DECAY, found);
            }
        });
    }

    @Test
    void noParametersAreNoWork() {
        try (TensorList none = TensorList.of(List.of())) {
            FusedUpdate.adam(Decay.IN_GRADIENT, none, none, none, manager.create(1f), LR, 0.9, 0.99, DECAY, EPS);
            FusedUpdate.sgd(none, none, LR, 0.9, DECAY, manager.create(1f), true);
        }
    }

    @Test
    void nothingIsLeftBehind() {
        Trained trained = Trained.on(manager);
        NDArray one = manager.create(1f);
        try (TensorList weights = trained.list();
                TensorList momenta = trained.zeros()) {
            trained.backward();
            FusedUpdate.sgd(weights, momenta, LR, 0.9, DECAY, one, true);
            int before = manager.getManagedArrays().size();
            FusedUpdate.sgd(weights, momenta, LR, 0.9, DECAY, one, false);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    @Tag("cuda")
    void onCuda() {
        try (NDManager onGpu = NDManager.newBaseManager(Cuda.device(), "PyTorch")) {
            adam(onGpu, true);
            adam(onGpu, false);
            sgd(onGpu, 0.9);
            sgd(onGpu, 0);
        }
    }
}
