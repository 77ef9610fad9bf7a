package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GradientsTest extends TorchTest {

    private final Consumer<TensorList> nothing = parameters -> {};

    /** Two leaves with the gradients (3, -4) and (12). */
    private List<NDArray> reached() {
        NDArray a = leaf(1, 1);
        NDArray b = leaf(1);
        NDArray factor = manager.create(new float[] {3, -4});
        backward(() -> a.mul(factor).sum().add(b.mul(12).sum()));
        return List.of(a, b);
    }

    private void after(Consumer<TensorList> change, float[] first, float[] second) {
        List<NDArray> leaves = reached();
        try (TensorList parameters = TensorList.of(leaves)) {
            change.accept(parameters);
        }
        assertThat(floats(leaves.get(0).getGradient())).containsExactly(first, within(1e-5f));
        assertThat(floats(leaves.get(1).getGradient())).containsExactly(second, within(1e-5f));
    }

    @Test
    void changeWhatAutogradLeft() {
        after(nothing, new float[] {3, -4}, new float[] {12});
        after(Gradients::zero, new float[] {0, 0}, new float[] {0});
        after(list -> Gradients.scale(list, 0.5), new float[] {1.5f, -2}, new float[] {6});
        after(list -> Gradients.clipValue(list, 3.5), new float[] {3, -3.5f}, new float[] {3.5f});
    }

    @Test
    void theNormIsOfAllTogether() {
        // 3² + 4² + 12² = 13²
        after(list -> assertThat(Gradients.norm(list).getFloat()).isEqualTo(13), new float[] {3, -4}, new float[] {12});
        after(
                list -> assertThat(Gradients.clipNorm(list, 6.5).getFloat()).isEqualTo(13),
                new float[] {1.5f, -2},
                new float[] {6});
        after(
                list -> assertThat(Gradients.clipNorm(list, 14).getFloat()).isEqualTo(13),
                new float[] {3, -4},
                new float[] {12});
    }

    /** As on a GPU. */
    @Test
    void clippingNeedsNothingFromTheDevice() {
        after(
                list -> assertThat(Gradients.clipNormOnDevice(list, 6.5).getFloat())
                        .isEqualTo(13),
                new float[] {1.5f, -2},
                new float[] {6});
        after(
                list -> assertThat(Gradients.clipNormOnDevice(list, 14).getFloat())
                        .isEqualTo(13),
                new float[] {3, -4},
                new float[] {12});
        try (TensorList parameters = TensorList.of(reached());
                HostTraffic traffic = HostTraffic.on(Device.cpu())) {
            Gradients.clipNormOnDevice(parameters, 1).close();
            assertThat(traffic.transfers()).isEmpty();
        }
    }

    @Test
    void clippingZerosLeavesZeros() {
        NDArray a = leaf(1, 2);
        backward(() -> a.mul(0).sum());
        try (TensorList parameters = TensorList.of(List.of(a))) {
            assertThat(Gradients.clipNorm(parameters, 1).getFloat()).isZero();
        }
        assertThat(floats(a.getGradient())).containsExactly(0, 0);
    }

    /** (3, 4)·10³⁰ and 12·10³⁰, whose squares fp32 does not have, have a norm of 13·10³⁰. */
    @Test
    void clipsGradientsWhoseSquaresAreBeyondFp32() {
        NDArray a = leaf(1, 2);
        NDArray b = leaf(1);
        backward(() -> a.mul(manager.create(new float[] {3e30f, 4e30f}))
                .sum()
                .add(b.mul(12e30f).sum()));
        try (TensorList parameters = TensorList.of(List.of(a, b))) {
            assertThat(Finite.firstGradientNotFinite(parameters)).isEmpty();
            assertThat(Gradients.clipNorm(parameters, 6.5).getFloat()).isInfinite();
        }
        assertThat(floats(a.getGradient())).containsExactly(new float[] {1.5f, 2}, within(1e-5f));
        assertThat(floats(b.getGradient())).containsExactly(new float[] {6}, within(1e-5f));
        backward(() -> a.mul(manager.create(new float[] {3e30f, 4e30f}))
                .sum()
                .add(b.mul(12e30f).sum()));
        try (TensorList parameters = TensorList.of(List.of(a, b))) {
            assertThat(Gradients.clipNormOnDevice(parameters, 6.5).getFloat()).isCloseTo(13e30f, within(1e25f));
        }
        assertThat(floats(a.getGradient())).containsExactly(new float[] {1.5f, 2}, within(1e-5f));
    }

    @Test
    void existTellsWhetherABackwardPassHasBeenThere() {
        NDArray reached = leaf(1);
        NDArray not = leaf(1);
        backward(() -> reached.square().sum());
        assertThat(Gradients.exists(reached)).isTrue();
        assertThat(Gradients.exists(not)).isFalse();
        assertThat(Gradients.exists(manager.ones(new Shape(1)))).isFalse();
        assertThat(not.getGradient().toFloatArray()).containsExactly(0); // DJL shows zeros all the same
    }

    @Test
    void aParameterWithoutAGradientIsRefusedByEachOperationUntilItHasOne() {
        NDArray not = leaf(1, 2, 3);
        NDArray reached = reached().get(0);
        try (TensorList parameters = TensorList.of(List.of(reached, not))) {
            List<Runnable> calls = List.of(
                    () -> Gradients.zero(parameters),
                    () -> Gradients.scale(parameters, 2),
                    () -> Gradients.clipValue(parameters, 1),
                    () -> Gradients.norm(parameters),
                    () -> Gradients.clipNorm(parameters, 1));
            List<String> names = List.of("zeroing", "scaling", "clipping", "norm", "norm");
            for (int i = 0; i < calls.size(); i++) {
                assertThatThrownBy(calls.get(i)::run)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("gradient " + names.get(i) + ": expected a gradient on every parameter, found none"
                                + " on [1] of shape (3): list only parameters that the backward pass has reached");
            }
            assertThat(floats(reached.getGradient())).containsExactly(3, -4);
            backward(() -> not.sum());
            calls.forEach(Runnable::run);
        }
    }

    @Test
    void refuseBoundsThatAreNotPositiveAndNormsOfNothing() {
        try (TensorList parameters = TensorList.of(reached());
                TensorList none = TensorList.of(List.of())) {
            for (double bound : new double[] {0, -1, Double.NaN}) {
                String message = "gradient clipping: expected bound > 0, got " + bound;
                assertThatThrownBy(() -> Gradients.clipValue(parameters, bound))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(message);
                assertThatThrownBy(() -> Gradients.clipNorm(parameters, bound)).hasMessage(message);
            }
            String message = "gradient norm: expected at least one parameter, got none";
            assertThatThrownBy(() -> Gradients.norm(none)).hasMessage(message);
            assertThatThrownBy(() -> Gradients.clipNorm(none, 1)).hasMessage(message);
            Gradients.zero(none);
            Gradients.scale(none, 2);
            Gradients.clipValue(none, 1);
        }
    }

    @Test
    void onlyTheReturnedNormIsLeftBehind() {
        try (TensorList parameters = TensorList.of(reached())) {
            int before = manager.getManagedArrays().size();
            Gradients.zero(parameters);
            Gradients.scale(parameters, 2);
            Gradients.clipNorm(parameters, 1).close();
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }
}
