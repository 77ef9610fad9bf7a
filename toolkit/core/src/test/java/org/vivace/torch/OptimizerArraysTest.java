package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an optimizer keeps beside the parameters, and the update that keeps the learning rate there. */
class OptimizerArraysTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void areZerosInTheParametersLayoutOnTheirOwner() {
        NDArray parameter = manager.ones(new Shape(2, 3, 4, 4));
        parameter.setRequiresGradient(true);
        MemoryFormat.CHANNELS_LAST.applyTo(parameter);
        try (NDManager owner = manager.newSubManager()) {
            NDArray zeros = FusedUpdate.zerosLike(parameter, owner);
            assertThat(zeros.getManager()).isSameAs(owner);
            assertThat(zeros.hasGradient()).isFalse();
            assertThat(MemoryFormat.CHANNELS_LAST.holds(zeros)).isTrue();
            assertThat(zeros.toFloatArray()).hasSize(96).containsOnly(0);
        }
    }

    @Test
    void areFilledInPlace() {
        NDArray scalar = manager.create(1f);
        FusedUpdate.fill(scalar, 2.5);
        assertThat(scalar.getFloat()).isEqualTo(2.5f);
    }

    @Test
    void holdTheLearningRateInTheMomentum() {
        NDArray weight = weightWithGradient(2);
        NDArray momentum = manager.create(new float[] {0.5f});
        try (TensorList weights = TensorList.of(List.of(weight));
                TensorList momenta = TensorList.of(List.of(momentum))) {
            FusedUpdate.sgdRateInMomentum(weights, momenta, 0.1, 0.8, 0.3);
        }
        // m = 0.8 · 0.5 + 0.1 (2 + 0.3 · 1)
        assertThat(momentum.getFloat(0)).isCloseTo(0.63f, within(1e-6f));
        assertThat(weight.getFloat(0)).isCloseTo(0.37f, within(1e-6f));
        assertThat(weight.getGradient().toFloatArray()).containsExactly(0);
    }

    @Test
    void areNotNeededWithoutMomentum() {
        NDArray weight = weightWithGradient(2);
        try (TensorList weights = TensorList.of(List.of(weight));
                TensorList none = TensorList.of(List.of())) {
            FusedUpdate.sgdRateInMomentum(weights, none, 0.1, 0, 0.3);
            assertThat(weight.getFloat(0)).isCloseTo(0.77f, within(1e-6f));
            assertThatThrownBy(() -> FusedUpdate.sgdRateInMomentum(weights, none, 0.1, 0.9, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fused sgd: expected 1 momenta, one for each parameter, got 0");
        }
    }

    private NDArray weightWithGradient(float gradient) {
        NDArray weight = manager.create(new float[] {1});
        weight.setRequiresGradient(true);
        try (GradMode scope = GradMode.on()) {
            Autograd.backward(weight.mul(manager.create(new float[] {gradient})), manager.ones(new Shape(1)), false);
        }
        return weight;
    }
}
