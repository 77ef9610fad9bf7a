package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class PrecisionTest extends TorchTest {

    @Test
    void tellsWhatDjlCannot() {
        NDArray x = manager.ones(new Shape(2));
        NDArray low = Cast.to(x, Precision.BFLOAT16);
        assertThat(low.getDataType()).isEqualTo(DataType.UNKNOWN);
        assertThat(Precision.of(low)).isEqualTo(Precision.BFLOAT16);
        assertThat(Precision.of(x)).isEqualTo(Precision.FLOAT32);
        assertThat(Precision.of(x.toType(DataType.FLOAT16, false))).isEqualTo(Precision.FLOAT16);
    }

    @Test
    void refusesOtherTypes() {
        assertThatThrownBy(() -> Precision.of(manager.ones(new Shape(2), DataType.INT64)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an array of fp32, bf16 or fp16, got int64: cast it first");
        assertThatThrownBy(() -> Precision.of(manager.ones(new Shape(2), DataType.FLOAT64)))
                .hasMessage("expected an array of fp32, bf16 or fp16, got float64: cast it first");
    }

    @Test
    void namesAndSizes() {
        assertThat(Precision.values()).extracting(Precision::toString).containsExactly("fp32", "bf16", "fp16");
        assertThat(Precision.values()).extracting(Precision::bytes).containsExactly(4, 2, 2);
    }
}
