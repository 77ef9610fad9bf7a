package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CopyTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void keepsTheTargetsLayout() {
        NDArray source = manager.arange(24f).reshape(1, 2, 3, 4);
        NDArray target = MemoryFormat.CHANNELS_LAST.of(source.zerosLike());

        Copy.into(target, source);

        assertThat(target).isEqualTo(source);
        assertThat(MemoryFormat.CHANNELS_LAST.holds(target)).isTrue();
    }

    @Test
    void isACopyAndOfTheTargetsType() {
        NDArray source = manager.create(new float[] {1, 2.5f});
        NDArray target = manager.zeros(new Shape(2), DataType.FLOAT16);
        Copy.into(target, source);
        source.addi(1);

        assertThat(target.getDataType()).isEqualTo(DataType.FLOAT16);
        assertThat(target.toFloatArray()).containsExactly(1, 2.5f);
    }

    @Test
    void writesIntoALeafThatRequiresAGradient() {
        NDArray weight = manager.ones(new Shape(2));
        weight.setRequiresGradient(true);
        try (GradMode recorded = GradMode.on()) {
            Copy.into(weight, manager.create(new float[] {3, 4}));
            Autograd.backward(weight.square().sum(), false);
        }

        assertThat(weight.getGradient().toFloatArray()).containsExactly(6, 8);
    }

    @Test
    void wantsEqualShapes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Copy.into(manager.ones(new Shape(2)), manager.ones(new Shape(1))))
                .withMessage("copy: expected the source of shape (2), got (1)");
    }
}
