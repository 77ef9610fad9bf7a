package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CastTest extends TorchTest {

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void gradientsComeBackExactly(Precision precision) {
        // Small whole numbers and halves are exact in every precision, and so must be what comes back.
        NDArray x = leaf(1, -2, 3.5f, 4);
        NDArray factor = manager.create(new float[] {2, 3, -1, 0.5f});
        float[] gradient = gradient(
                x,
                a -> Cast.to(Cast.to(a, precision), Precision.FLOAT32)
                        .mul(factor)
                        .square()
                        .sum());
        assertThat(gradient).containsExactly(8, -36, 7, 2);
    }

    @Test
    void roundsTheValuesToThePrecision() {
        // bf16 keeps 8 significant bits, fp16 11: at 256 the next numbers are 2 and 0.25 away.
        NDArray x = manager.create(new float[] {256.7f, 1f / 3});
        assertThat(floats(Cast.to(Cast.to(x, Precision.BFLOAT16), Precision.FLOAT32)))
                .containsExactly(256, 0.333984375f);
        assertThat(floats(Cast.to(Cast.to(x, Precision.FLOAT16), Precision.FLOAT32)))
                .containsExactly(256.75f, 0.333251953125f);
    }

    @ParameterizedTest
    @EnumSource
    void theSamePrecisionIsTheSameObject(Precision precision) {
        NDArray x = Cast.to(manager.ones(new Shape(3)), precision);
        assertThat(Cast.to(x, precision)).isSameAs(x);
    }

    @Test
    void anotherPrecisionIsANewArrayOnTheSameManager() {
        NDArray x = manager.ones(new Shape(3));
        NDArray low = Cast.to(x, Precision.BFLOAT16);
        assertThat(low).isNotSameAs(x);
        assertThat(low.getManager()).isSameAs(manager);
        assertThat(low.getShape()).isEqualTo(new Shape(3));
        assertThat(floats(Cast.to(manager.ones(new Shape(2), DataType.FLOAT64), Precision.FLOAT32)))
                .containsExactly(1, 1);
    }

    @Test
    void refusesIntegersAndBooleans() {
        assertThatThrownBy(() -> Cast.to(manager.ones(new Shape(2, 3), DataType.INT32), Precision.BFLOAT16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cast to bf16: expected a floating-point array, got int32 of shape (2, 3): gradients do not"
                        + " flow through integers, use toType");
        assertThatThrownBy(() -> Cast.to(manager.ones(new Shape(2), DataType.BOOLEAN), Precision.FLOAT32))
                .hasMessageStartingWith("cast to fp32: expected a floating-point array, got boolean of shape (2)");
    }

    @Test
    void aListComesBackInFloat32WithItsNamesAndWithoutTouchingTheRest() {
        NDArray low = Cast.to(manager.ones(new Shape(2)), Precision.BFLOAT16);
        low.setName("logits");
        NDArray half = Cast.to(manager.ones(new Shape(2)), Precision.FLOAT16);
        NDArray full = manager.ones(new Shape(2));
        NDArray labels = manager.ones(new Shape(2), DataType.INT64);
        NDArray wide = manager.ones(new Shape(2), DataType.FLOAT64);
        NDList result = Cast.toFloat32(new NDList(low, half, full, labels, wide));
        assertThat(result.get(0).getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(result.get(0).getName()).isEqualTo("logits");
        assertThat(result.get(1).getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(result.subList(2, 5)).containsExactly(full, labels, wide);
    }

    @Test
    void castsLeaveNoArrayBehind() {
        NDArray x = manager.ones(new Shape(4));
        Cast.to(x, Precision.BFLOAT16).close();
        assertThat(manager.getManagedArrays()).hasSize(1);
    }
}
