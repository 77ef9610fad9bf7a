package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.Cuda;

/** Orthogonalisation and Muon's step against the formula in fp64 ({@link Matrix}). */
class NewtonSchulzTest extends TorchTest {

    private static final int STEPS = 5;

    private static Matrix matrix(NDArray array) {
        int rows = (int) array.getShape().get(0);
        return Matrix.of(rows, (int) array.size() / rows, doubles(array));
    }

    private static Matrix orthogonal(NDArray array, int steps, Precision precision) {
        try (NDArray result = NewtonSchulz.orthogonal(array, steps, precision)) {
            assertThat(result.getShape()).isEqualTo(array.getShape());
            assertThat(result.getManager()).isSameAs(array.getManager());
            return matrix(result);
        }
    }

    @ParameterizedTest
    @CsvSource({"8,8,1", "8,8,5", "5,20,5", "20,5,5", "1,7,5", "7,1,3", "64,48,5"})
    void isTheQuinticInDouble(int rows, int columns, int steps) {
        NDArray array = manager.create(Matrix.random(rows, columns, 7).floats(), new Shape(rows, columns));
        Matrix expected = matrix(array).newtonSchulz(steps);
        assertThat(orthogonal(array, steps, Precision.FLOAT32).farthest(expected))
                .isLessThan(1e-4);
        // A bf16 number has 8 bits, and five steps make more of what the first ones lose.
        assertThat(orthogonal(array, steps, Precision.BFLOAT16).farthest(expected))
                .isLessThan(0.1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-37, 1e-30, 1e-23, 1e-22, 1e-3, 7, 1e19, 1e37})
    void knowsNoScale(double scale) {
        NDArray array = manager.create(Matrix.random(12, 20, 3).floats(), new Shape(12, 20));
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            Matrix one = orthogonal(array, STEPS, precision);
            assertThat(orthogonal(array.mul(scale), STEPS, precision).farthest(one))
                    .isLessThan(precision == Precision.FLOAT32 ? 1e-4 : 0.1);
        }
    }

    @Test
    void leavesZerosZeros() {
        NDArray zeros = manager.zeros(new Shape(3, 5));
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            assertThat(NewtonSchulz.orthogonal(zeros, STEPS, precision).toFloatArray())
                    .containsOnly(0);
        }
    }

    @Test
    void makesSingularValuesAboutOne() {
        NDArray array = manager.create(Matrix.random(24, 40, 5).floats(), new Shape(24, 40));
        assertThat(spread(matrix(array))).isGreaterThan(4);
        double[] full = orthogonal(array, STEPS, Precision.FLOAT32).singularValues();
        assertThat(Arrays.stream(full).min().orElseThrow()).isGreaterThan(0.67);
        assertThat(Arrays.stream(full).max().orElseThrow()).isLessThan(1.15);
        double[] low = orthogonal(array, STEPS, Precision.BFLOAT16).singularValues();
        assertThat(Arrays.stream(low).min().orElseThrow()).isGreaterThan(0.6);
        assertThat(Arrays.stream(low).max().orElseThrow()).isLessThan(1.25);
    }

    private static double spread(Matrix matrix) {
        double[] values = matrix.singularValues();
        return Arrays.stream(values).max().orElseThrow()
                / Arrays.stream(values).min().orElseThrow();
    }

    @Test
    void actsOnEachSingularValueAlone() {
        // Of norm 5, so that the values are 0.6 and 0.8; one step makes as + bs³ + cs⁵ of them.
        NDArray array = manager.create(new float[] {0, 3, -4, 0}, new Shape(2, 2));
        double[] expected = {0, 3.4445 * 0.6 - 4.775 * 0.216 + 2.0315 * 0.07776, 0, 0};
        expected[2] = -(3.4445 * 0.8 - 4.775 * 0.512 + 2.0315 * 0.32768);
        try (NDArray result = NewtonSchulz.orthogonal(array, 1, Precision.FLOAT32)) {
            assertThat(worst(expected, doubles(result))).isLessThan(1e-6);
        }
    }

    @Test
    void takesFiltersForRowsAndZerosForZeros() {
        NDArray filters = array(manager, 2, 4, 3, 2, 2);
        assertThat(orthogonal(filters, STEPS, Precision.FLOAT32)
                        .farthest(matrix(filters).newtonSchulz(STEPS)))
                .isLessThan(1e-4);
        assertThat(floats(NewtonSchulz.orthogonal(manager.zeros(new Shape(2, 3)), STEPS, Precision.BFLOAT16)))
                .containsOnly(0);
    }

    private record Trained(List<NDArray> weights, List<NDArray> factors) {

        /** Weights whose gradient is their factor. */
        static Trained on(NDManager owner, TorchTest test, Shape... shapes) {
            Trained trained = new Trained(new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < shapes.length; i++) {
                trained.weights.add(test.leaf(owner, shapes[i], values((int) shapes[i].size(), i)));
                trained.factors.add(test.array(owner, 10 + i, shapes[i].getShape()));
            }
            return trained;
        }

        void backward() {
            TorchTest.backward(() -> {
                NDArray loss = weights.get(0).mul(factors.get(0)).sum();
                for (int i = 1; i < weights.size(); i++) {
                    loss = loss.add(weights.get(i).mul(factors.get(i)).sum());
                }
                return loss;
            });
        }

        TensorList list() {
            return TensorList.of(weights);
        }

        TensorList zeros() {
            return TensorList.of(weights.stream().map(NDArray::zerosLike).toList());
        }
    }

    private void moves(NDManager owner) {
        // Two of one size, one of them lying on its side; two matrices stacked in one; filters.
        Trained trained = Trained.on(
                owner, this, new Shape(4, 6), new Shape(6, 4), new Shape(8, 6), new Shape(5, 3, 2, 2), new Shape(3, 3));
        List<Integer> parts = List.of(1, 1, 2, 1, 1);
        double rate = 0.1;
        double decay = 0.5;
        List<Matrix> expected = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Matrix gradient = matrix(trained.factors.get(i));
            Matrix direction = gradient.inParts(parts.get(i), part -> part.newtonSchulz(STEPS));
            int longest = Math.max(gradient.rows() / parts.get(i), gradient.columns());
            Matrix first = matrix(trained.weights.get(i))
                    .times(1 - rate * decay)
                    .plus(direction, -rate * 0.2 * Math.sqrt(longest));
            // The same gradient again: the momentum is another multiple of it, and its direction the same.
            expected.add(first.times(1 - rate * decay).plus(direction, -rate * 0.2 * Math.sqrt(longest)));
        }
        try (TensorList weights = trained.list();
                TensorList momenta = trained.zeros()) {
            for (int step = 0; step < 2; step++) {
                trained.backward();
                NewtonSchulz.update(weights, momenta, parts, rate, 0.2, 0.9, decay, STEPS, Precision.FLOAT32);
            }
            for (int i = 0; i < parts.size(); i++) {
                assertThat(matrix(trained.weights.get(i)).farthest(expected.get(i)))
                        .isLessThan(1e-4);
                assertThat(floats(trained.weights.get(i).getGradient())).containsOnly(0);
                // m = (1 - 0.9²) g
                Matrix momentum = matrix(trained.factors.get(i)).times(0.19);
                assertThat(matrix(momenta.arrays().get(i)).farthest(momentum)).isLessThan(1e-5);
            }
        }
    }

    @Test
    void movesMatricesOfManySizes() {
        moves(manager);
    }

    @Test
    void aMoveIsLeftOutWhereTheDeviceSaysSo() {
        NDArray right = manager.zeros(new Shape(1));
        NDArray wrong = manager.ones(new Shape(1));
        List<Integer> parts = List.of(1, 2);
        Trained plain = Trained.on(manager, this, new Shape(4, 6), new Shape(12, 4));
        Trained flagged = new Trained(plain.weights.stream().map(this::copy).toList(), plain.factors);
        try (TensorList weights = plain.list();
                TensorList momenta = plain.zeros();
                TensorList others = flagged.list();
                TensorList otherMomenta = flagged.zeros()) {
            for (int step = 0; step < 2; step++) {
                plain.backward();
                NewtonSchulz.update(weights, momenta, parts, 0.1, 0.2, 0.9, 0.5, STEPS, Precision.FLOAT32);
                for (NDArray found : List.of(right, wrong)) {
                    flagged.backward();
                    Gradients.scale(others, found == wrong ? Double.NaN : 1);
                    NewtonSchulz.update(
                            others,
                            otherMomenta,
                            parts,
                            0.1,
                            0.2,
                            0.9,
                            0.5,
                            STEPS,
                            Precision.FLOAT32,
                            Optional.of(found));
                }
            }
            assertThat(otherMomenta.arrays()).isEqualTo(momenta.arrays());
            assertThat(others.arrays()).isEqualTo(weights.arrays());
            assertThat(floats(flagged.weights.get(0).getGradient())).containsOnly(0);
        }
    }

    private NDArray copy(NDArray weight) {
        NDArray copy = weight.stopGradient().duplicate();
        copy.setRequiresGradient(true);
        return copy;
    }

    @Test
    void looksAheadAlongTheMomentum() {
        NDArray weight = leaf(manager, new Shape(1, 2), 0, 0);
        NDArray momentum = manager.create(new float[] {0, 4}, new Shape(1, 2));
        try (TensorList weights = TensorList.of(List.of(weight));
                TensorList momenta = TensorList.of(List.of(momentum))) {
            backward(() -> weight.mul(manager.create(new float[] {6, 0}, new Shape(1, 2)))
                    .sum());
            NewtonSchulz.update(weights, momenta, List.of(1), 1, 1, 0.5, 0, 1, Precision.FLOAT32);
        }
        // m = (3, 2), u = 0.5 m + 0.5 g = (4.5, 1), a row: its one singular value becomes 3.4445 - 4.775 + 2.0315.
        assertThat(floats(momentum)).containsExactly(3, 2);
        double step = 0.701 * Math.sqrt(2) / Math.hypot(4.5, 1);
        assertThat(weight.getFloat(0, 0)).isCloseTo((float) (-4.5 * step), within(1e-5f));
        assertThat(weight.getFloat(0, 1)).isCloseTo((float) -step, within(1e-5f));
    }

    @Test
    void worksOnFiltersInAnyMemoryLayout() {
        Shape shape = new Shape(4, 3, 2, 2);
        Trained planes = Trained.on(manager, this, shape);
        Trained pixels = Trained.on(manager, this, shape);
        MemoryFormat.CHANNELS_LAST.applyTo(pixels.weights.get(0));
        for (Trained trained : List.of(planes, pixels)) {
            NDArray momentum = FusedUpdate.zerosLike(trained.weights.get(0), manager);
            trained.backward();
            try (TensorList weights = trained.list();
                    TensorList momenta = TensorList.of(List.of(momentum))) {
                NewtonSchulz.update(weights, momenta, List.of(1), 0.1, 0.2, 0.9, 0, STEPS, Precision.FLOAT32);
            }
        }
        assertThat(worst(doubles(planes.weights.get(0)), doubles(pixels.weights.get(0))))
                .isLessThan(1e-5);
    }

    @Test
    void leavesNothingBehind() {
        Trained trained = Trained.on(manager, this, new Shape(4, 6), new Shape(6, 4));
        try (TensorList weights = trained.list();
                TensorList momenta = trained.zeros()) {
            trained.backward();
            int before = manager.getManagedArrays().size();
            for (int i = 0; i < 3; i++) {
                NewtonSchulz.update(weights, momenta, List.of(1, 1), 0.1, 0.2, 0.9, 0, STEPS, Precision.BFLOAT16);
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void noParametersAreNoWork() {
        try (TensorList none = TensorList.of(List.of())) {
            NewtonSchulz.update(none, none, List.of(), 0.1, 0.2, 0.9, 0, STEPS, Precision.FLOAT32);
        }
    }

    @Test
    void refusesWhatIsNoMatrix() {
        assertThatThrownBy(() -> NewtonSchulz.orthogonal(manager.ones(new Shape(3)), STEPS, Precision.FLOAT32))
                .hasMessage("orthogonalisation: expected array of shape (rows, …), got (3)");
        assertThatThrownBy(() -> NewtonSchulz.orthogonal(manager.ones(new Shape(3, 3)), 0, Precision.FLOAT32))
                .hasMessage("orthogonalisation: expected steps >= 1, got 0");
        Trained trained = Trained.on(manager, this, new Shape(3, 2));
        trained.backward();
        try (TensorList weights = trained.list();
                TensorList momenta = trained.zeros();
                TensorList none = TensorList.of(List.of())) {
            assertThatThrownBy(() -> update(weights, none, List.of(1)))
                    .hasMessage("muon: expected 1 momenta, one for each parameter, got 0");
            assertThatThrownBy(() -> update(weights, momenta, List.of()))
                    .hasMessage("muon: expected 1 numbers of parts, one for each parameter, got 0");
            assertThatThrownBy(() -> update(weights, momenta, List.of(2)))
                    .hasMessage(
                            "muon: expected each parameter of shape (rows, …) with rows that 2 parts divide, got (3, 2)");
        }
        Trained unreached = Trained.on(manager, this, new Shape(3, 2));
        try (TensorList weights = unreached.list();
                TensorList momenta = unreached.zeros()) {
            assertThatThrownBy(() -> update(weights, momenta, List.of(1)))
                    .hasMessage("muon: expected a gradient on every parameter, found none on [0] of shape (3, 2): list"
                            + " only parameters that the backward pass has reached");
        }
    }

    private static void update(TensorList weights, TensorList momenta, List<Integer> parts) {
        NewtonSchulz.update(weights, momenta, parts, 0.1, 0.2, 0.9, 0, STEPS, Precision.FLOAT32);
    }

    @Test
    @Tag("cuda")
    void onCuda() {
        try (NDManager onGpu = NDManager.newBaseManager(Cuda.device(), "PyTorch")) {
            moves(onGpu);
        }
    }
}
