package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;

class MemoryFormatTest extends TorchTest {

    private static final MemoryFormat LAST = MemoryFormat.CHANNELS_LAST;

    @Test
    void changesTheLayoutAndNotTheValues() {
        NDArray x = array(manager, 1, 2, 3, 4, 5);
        NDArray last = LAST.of(x);
        assertThat(MemoryFormat.CONTIGUOUS.holds(x)).isTrue();
        assertThat(LAST.holds(x)).isFalse();
        assertThat(LAST.holds(last)).isTrue();
        assertThat(last.getShape()).isEqualTo(x.getShape());
        assertThat(floats(last)).containsExactly(floats(x));
        assertThat(MemoryFormat.CONTIGUOUS.holds(MemoryFormat.CONTIGUOUS.of(last)))
                .isTrue();
        assertThat(last.getManager()).isSameAs(manager);
    }

    @Test
    void gradientsFlowThrough() {
        NDArray x = array(manager, 1, 2, 3, 4, 5);
        float[] gradient = gradient(x.duplicate(), a -> LAST.of(a).square().sum());
        assertThat(gradient).containsExactly(floats(x.mul(2)));
    }

    @Test
    void aParameterIsLaidOutBehindItsHandle() {
        NDArray weight = leaf(manager, new Shape(2, 3, 2, 2), values(24, 1));
        long handle = ((PtNDArray) weight).getHandle();
        LAST.applyTo(weight);
        assertThat(((PtNDArray) weight).getHandle()).isEqualTo(handle);
        assertThat(weight.hasGradient()).isTrue();
        assertThat(LAST.holds(weight)).isTrue();
        assertThat(manager.getManagedArrays()).hasSize(1); // before DJL reads the values: that leaves a contiguous copy
        assertThat(floats(weight)).containsExactly(values(24, 1));
    }

    /** Two steps of a convolution's weight; the optimizer is the same arithmetic in either layout. */
    private float[] trained(NDManager owner, boolean channelsLast, boolean fused) {
        NDArray weight = leaf(owner, new Shape(2, 3, 2, 2), values(24, 1));
        NDArray momentum = owner.zeros(weight.getShape());
        if (channelsLast) {
            LAST.applyTo(weight);
            LAST.applyTo(momentum);
        }
        NDArray x = array(owner, 2, 4, 3, 5, 5);
        NDArray input = channelsLast ? LAST.of(x) : x;
        Optimizer adam =
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.1f)).build();
        NDArray factor = array(owner, 3, 4, 2, 4, 4);
        for (int step = 0; step < 2; step++) {
            backward(() -> convolve(input, weight).mul(factor).sum());
            if (fused) {
                try (TensorList parameters = TensorList.of(List.of(weight));
                        TensorList momenta = TensorList.of(List.of(momentum))) {
                    FusedUpdate.sgd(parameters, momenta, 0.1, 0.9, 0.01, owner.create(1f), step == 0);
                }
            } else {
                adam.update("weight", weight, weight.getGradient());
            }
        }
        assertThat(LAST.holds(weight)).isEqualTo(channelsLast);
        return floats(weight);
    }

    private static NDArray convolve(NDArray x, NDArray weight) {
        return Conv2d.conv2d(x, weight).singletonOrThrow();
    }

    private void goesOnAsBefore(NDManager owner, double tolerance) {
        for (boolean fused : new boolean[] {true, false}) {
            double[] planes = doubles(manager.create(trained(owner, false, fused)));
            double[] last = doubles(manager.create(trained(owner, true, fused)));
            assertThat(worst(planes, last)).isLessThan(tolerance);
            assertThat(worst(planes, doubles(manager.create(values(24, 1))))).isGreaterThan(0.1);
        }
    }

    @Test
    void trainingGoesOnAsBefore() {
        goesOnAsBefore(manager, 1e-5);
    }

    /** cuDNN multiplies fp32 as TF32, with ten bits, in an order of its own for each layout. */
    @Test
    @Tag("cuda")
    void onCuda() {
        try (NDManager onGpu = NDManager.newBaseManager(Cuda.device(), "PyTorch")) {
            goesOnAsBefore(onGpu, 0.02);
            keepsTheLayout(onGpu);
        }
    }

    @Test
    void theOutputOfAConvolutionKeepsTheLayout() {
        keepsTheLayout(manager);
    }

    private void keepsTheLayout(NDManager owner) {
        NDArray weight = array(owner, 1, 2, 3, 2, 2);
        NDArray out = convolve(LAST.of(array(owner, 2, 4, 3, 5, 5)), LAST.of(weight));
        assertThat(LAST.holds(out)).isTrue();
        assertThat(new NDList(out).singletonOrThrow().getShape()).isEqualTo(new Shape(4, 2, 4, 4));
    }

    @Test
    void refusesAnythingButImages() {
        NDArray x = manager.ones(new Shape(3, 4, 5));
        String message = "memory format: expected the array of shape (batch, channels, height, width), got (3, 4, 5)";
        assertThatThrownBy(() -> LAST.of(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> LAST.applyTo(x)).hasMessage(message);
        assertThatThrownBy(() -> LAST.holds(x)).hasMessage(message);
    }

    @Test
    void takesTheGradientOfAParameterAlong() {
        NDArray weight = leaf(manager, new Shape(1, 2, 1, 2), 1, 2, 3, 4);
        backward(() -> weight.square().sum());
        LAST.applyTo(weight);
        try (NDArray gradient = weight.getGradient()) {
            assertThat(LAST.holds(gradient)).isTrue();
            assertThat(floats(gradient)).containsExactly(2, 4, 6, 8);
        }
    }
}
