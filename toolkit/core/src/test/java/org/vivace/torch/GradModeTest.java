package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.Test;

class GradModeTest extends TorchTest {

    @Test
    void setsAndRestores() {
        boolean before = JniUtils.isGradMode();
        try (GradMode on = GradMode.on()) {
            assertThat(JniUtils.isGradMode()).isTrue();
            try (GradMode off = GradMode.off()) {
                assertThat(JniUtils.isGradMode()).isFalse();
                try (GradMode again = GradMode.on()) {
                    assertThat(JniUtils.isGradMode()).isTrue();
                }
                assertThat(JniUtils.isGradMode()).isFalse();
            }
            assertThat(JniUtils.isGradMode()).isTrue();
        }
        assertThat(JniUtils.isGradMode()).isEqualTo(before);
    }

    @Test
    void isRestoredWhenTheBodyThrows() {
        boolean before = JniUtils.isGradMode();
        assertThatThrownBy(() -> {
                    try (GradMode mode = before ? GradMode.off() : GradMode.on()) {
                        throw new UnsupportedOperationException("body");
                    }
                })
                .hasMessage("body");
        assertThat(JniUtils.isGradMode()).isEqualTo(before);
    }

    @Test
    void nothingIsRecordedInside() {
        NDArray x = leaf(3);
        float[] gradient = gradient(x, a -> {
            NDArray constant;
            try (GradMode off = GradMode.off()) {
                constant = a.square();
            }
            return a.mul(constant).sum(); // 9 with the square held fixed, 27 otherwise
        });
        assertThat(gradient).containsExactly(9);
    }

    @Test
    void aWeightUsedWithoutAndThenWithRecordingInOneScopeStillGetsItsGradient() {
        // The cast that the unrecorded use would leave in autocast's cache has no graph; the recorded use would find
        // it.
        NDArray x = manager.ones(new Shape(1, 2));
        NDArray weight = leaf(manager, new Shape(2, 1), 1, 2);
        backward(() -> {
            try (Autocast scope = Autocast.enter(Device.cpu(), Precision.BFLOAT16)) {
                try (GradMode off = GradMode.off()) {
                    x.matMul(weight);
                }
                return Cast.to(x.matMul(weight), Precision.FLOAT32).sum();
            }
        });
        assertThat(Gradients.exists(weight)).isTrue();
        assertThat(floats(weight.getGradient())).containsExactly(1, 1);
    }

    @Test
    void theCacheIsBackOnAfterwards() {
        assertThat(Autocast.caching()).isTrue();
        try (GradMode off = GradMode.off()) {
            assertThat(Autocast.caching()).isFalse();
        }
        assertThat(Autocast.caching()).isTrue();
    }
}
