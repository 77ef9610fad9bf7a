package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;

class LossScalingTest extends TorchTest {

    private static final Shape ONE = new Shape(1);

    /** The gradients after unscaling by 4, and what {@code found} says. */
    private void unscales(NDManager owner, float[] gradient, float[] expected, float found) {
        NDArray a = leaf(owner, new Shape(2), 1, 1);
        NDArray b = leaf(owner, new Shape(1), 1);
        NDArray factor = owner.create(gradient);
        backward(() -> a.mul(factor).sum().add(b.mul(8).sum()));
        NDArray flag = owner.zeros(ONE);
        try (TensorList parameters = TensorList.of(List.of(a, b))) {
            LossScaling.unscale(parameters, flag, owner.full(ONE, 4f));
        }
        assertThat(floats(flag)).containsExactly(found);
        assertThat(floats(a.getGradient())).containsExactly(expected);
        assertThat(floats(b.getGradient())).containsExactly(2);
    }

    private void unscale(NDManager owner) {
        float infinity = Float.POSITIVE_INFINITY;
        unscales(owner, new float[] {6, -1}, new float[] {1.5f, -0.25f}, 0);
        unscales(owner, new float[] {6, infinity}, new float[] {1.5f, infinity}, 1);
        unscales(owner, new float[] {-infinity, 2}, new float[] {-infinity, 0.5f}, 1);
        unscales(owner, new float[] {Float.NaN, 2}, new float[] {Float.NaN, 0.5f}, 1);
    }

    @Test
    void unscalingDividesAndNotesWhatIsNotFinite() {
        unscale(manager);
    }

    @Test
    void aNoteThatWasMadeStays() {
        NDArray a = leaf(1, 1);
        backward(a::sum);
        NDArray found = manager.ones(ONE);
        try (TensorList parameters = TensorList.of(List.of(a));
                TensorList none = TensorList.of(List.of())) {
            LossScaling.unscale(parameters, found, manager.full(ONE, 2f));
            LossScaling.unscale(none, found, manager.full(ONE, 2f));
        }
        assertThat(floats(found)).containsExactly(1);
    }

    private void growthAndBackoff(NDManager owner) {
        NDArray scale = owner.full(ONE, 1024f);
        NDArray tracker = owner.zeros(ONE, DataType.INT32);
        float[] found = {0, 0, 0, 1, 0, 1, 1, 0, 0, 0};
        float[] scales = {1024, 1024, 2048, 512, 512, 128, 32, 32, 32, 64};
        int[] tracked = {1, 2, 0, 0, 1, 0, 0, 1, 2, 0};
        for (int i = 0; i < found.length; i++) {
            LossScaling.update(scale, tracker, owner.full(ONE, found[i]), 2, 0.25, 3);
            assertThat(floats(scale)).as("step " + i).containsExactly(scales[i]);
            assertThat(tracker.getInt(0)).as("step " + i).isEqualTo(tracked[i]);
        }
    }

    @Test
    void growsAfterAnIntervalOfFiniteStepsAndBacksOffAtOnce() {
        growthAndBackoff(manager);
    }

    @Test
    void refusesWrongShapesAndTypes() {
        NDArray one = manager.ones(ONE);
        NDArray scalar = manager.create(1f);
        NDArray two = manager.ones(new Shape(2));
        NDArray tracker = manager.zeros(ONE, DataType.INT32);
        try (TensorList none = TensorList.of(List.of())) {
            assertThatThrownBy(() -> LossScaling.unscale(none, scalar, one))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("unscale: expected found of shape (1), got ()");
            assertThatThrownBy(() -> LossScaling.unscale(none, one, two))
                    .hasMessage("unscale: expected scale of shape (1), got (2)");
        }
        assertThatThrownBy(() -> LossScaling.update(two, tracker, one, 2, 0.5, 1))
                .hasMessage("scale update: expected scale of shape (1), got (2)");
        assertThatThrownBy(() -> LossScaling.update(one, two, one, 2, 0.5, 1))
                .hasMessage("scale update: expected tracker of shape (1), got (2)");
        assertThatThrownBy(() -> LossScaling.update(one, tracker, two, 2, 0.5, 1))
                .hasMessage("scale update: expected found of shape (1), got (2)");
        assertThatThrownBy(() -> LossScaling.update(one, one, one, 2, 0.5, 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("growth_tracker must be an int tensor");
    }

    @Test
    void refusesAParameterWithoutAGradient() {
        try (TensorList parameters = TensorList.of(List.of(leaf(1, 2)))) {
            assertThatThrownBy(() -> LossScaling.unscale(parameters, manager.zeros(ONE), manager.ones(ONE)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("unscale: expected a gradient on every parameter, found none on [0] of shape (2): list"
                            + " only parameters that the backward pass has reached");
        }
    }

    @Test
    @Tag("cuda")
    void onCuda() {
        try (NDManager onGpu = NDManager.newBaseManager(Cuda.device(), "PyTorch")) {
            unscale(onGpu);
            growthAndBackoff(onGpu);
        }
    }
}
