package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutogradTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private GradMode recorded;
    private NDArray weight;

    @BeforeEach
    void open() {
        recorded = GradMode.on();
        weight = manager.create(new float[] {1, 2, 3});
        weight.setRequiresGradient(true);
    }

    @AfterEach
    void close() {
        recorded.close();
        manager.close();
    }

    private float[] gradient() {
        try (NDArray gradient = weight.getGradient()) {
            return gradient.toFloatArray();
        }
    }

    @Test
    void multipliesTheGivenGradientWithTheDerivative() {
        Autograd.backward(weight.square(), manager.create(new float[] {1, 10, 100}), false);

        assertThat(gradient()).containsExactly(2, 40, 600);
    }

    @Test
    void addsToTheGradientThatIsThere() {
        NDArray loss = weight.square().sum();
        Autograd.backward(loss, true);
        Autograd.backward(loss, false);

        assertThat(gradient()).containsExactly(4, 8, 12);
    }

    @Test
    void aGraphThatWasNotKeptIsGone() {
        NDArray loss = weight.square().sum();
        Autograd.backward(loss, false);

        Assertions.assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> Autograd.backward(loss, false))
                .withMessageContaining("second time");
    }

    @Test
    void takesALossInBf16() {
        NDArray loss = Cast.to(weight.square().sum(), Precision.BFLOAT16);
        Autograd.backward(loss, false);

        assertThat(gradient()).containsExactly(2, 4, 6);
    }

    @Test
    void leavesNothingBehind() {
        NDArray loss = weight.square().sum();
        int before = manager.getManagedArrays().size();
        Autograd.backward(loss, false);

        assertThat(manager.getManagedArrays().size()).isEqualTo(before);
    }

    @Test
    void wantsAGradientOfTheOutputsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Autograd.backward(weight.square(), manager.ones(new Shape(2)), false))
                .withMessage("backward: expected gradient of shape (3), got (2)");
    }

    @Test
    void aLeafHasTheValuesButNotTheHistory() {
        NDArray squared = weight.square();
        NDArray leaf = Autograd.leaf(squared);
        Autograd.backward(leaf.sum(), false);

        assertThat(leaf).isEqualTo(squared);
        assertThat(Gradients.exists(leaf)).isTrue();
        assertThat(Gradients.exists(weight)).isFalse();
    }

    @Test
    void tellsWhichArraysABackwardPassReaches() {
        NDArray plain = manager.ones(new Shape(3));

        assertThat(Autograd.reaches(plain)).isFalse();
        assertThat(plain.hasGradient()).isFalse();
        assertThat(Autograd.reaches(weight)).isTrue();
        assertThat(Autograd.reaches(weight.square())).isTrue();
        assertThat(Autograd.reaches(weight.square().stopGradient())).isFalse();
        plain.addi(weight);
        assertThat(Autograd.reaches(plain)).isTrue();
    }

    @Test
    void tellsWhetherThisThreadIsRecorded() {
        assertThat(Autograd.recording()).isTrue();
        try (GradMode off = GradMode.off()) {
            assertThat(Autograd.recording()).isFalse();
            assertThat(Autograd.reaches(weight.square())).isFalse();
        }
        assertThat(Autograd.recording()).isTrue();
    }
}
