package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;

class MaskedAttentionTest {

    /** Two examples of one head, two positions of width 1; the second example sees nothing. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void noKeyGivesZerosForwardAndBackward(Precision precision) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Shape shape = new Shape(2, 1, 2, 1);
            NDArray q = manager.create(new float[] {1, 2, 3, 4}, shape);
            NDArray k = manager.create(new float[] {0, 0, 5, 6}, shape);
            NDArray v = manager.create(new float[] {2, 4, 7, 8}, shape);
            NDArray seen = manager.create(new boolean[] {true, true, false, false}, new Shape(2, 1, 1, 2));
            NDList out;
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                for (NDArray each : new NDArray[] {q, k, v}) {
                    each.setRequiresGradient(true);
                }
                NDList inputs = new NDList(q, k, v, seen);
                if (precision == Precision.FLOAT32) {
                    out = forward(manager, inputs);
                } else {
                    try (Autocast scope = Autocast.enter(Device.cpu(), precision)) {
                        out = Cast.toFloat32(forward(manager, inputs));
                    }
                }
                collector.backward(out.head().square().sum());
            }
            // Equal scores: the mean of 2 and 4.
            assertThat(out.head().toFloatArray()).containsExactly(new float[] {3, 3, 0, 0}, within(1e-6f));
            // d/dv of 3² + 3²: 2 · 3 · ½ for each of the two positions.
            assertThat(v.getGradient().toFloatArray()).containsExactly(new float[] {6, 6, 0, 0}, within(1e-5f));
            // d/dk: Σ q · 2 · 3 · ½ · (v − 3) = (1 + 2) · 3 · (∓1).
            assertThat(k.getGradient().toFloatArray()).containsExactly(new float[] {-9, 9, 0, 0}, within(1e-4f));
            assertThat(q.getGradient().toFloatArray()).containsExactly(new float[] {0, 0, 0, 0}, within(1e-5f));
        }
    }

    private static NDList forward(NDManager manager, NDList inputs) {
        return new MaskedAttention().forward(new ParameterStore(manager, false), inputs, true);
    }

    @Test
    void seesOnlyTheKeysThatAreShown() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray x = manager.create(new float[] {1, 2, 3}, new Shape(1, 1, 3, 1));
            NDArray seen = manager.create(new boolean[] {false, true, false}, new Shape(1, 1, 1, 3));
            assertThat(forward(manager, new NDList(x, x, x, seen)).head().toFloatArray())
                    .containsExactly(2, 2, 2);
        }
    }
}
