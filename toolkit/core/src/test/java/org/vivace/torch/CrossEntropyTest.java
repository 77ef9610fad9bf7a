package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyTest extends TorchTest {

    private static final double LN2 = Math.log(2);

    private static final Script LIBTORCH = Script.of("LibtorchsOwn", """
            def loss(self, logits: Tensor, labels: Tensor, share: float) -> Tensor:
              return torch.cross_entropy_loss(logits, labels, None, 1, -100, share)
            """);

    /** Probabilities 1/4, 1/4, 1/2, of label 2, and 1/3 each, of label 0. */
    private NDArray logits() {
        return manager.create(new float[] {0, 0, (float) LN2, 5, 5, 5}, new Shape(2, 3));
    }

    private NDArray labels(long... labels) {
        return manager.create(labels);
    }

    @Test
    void smoothsByHand() {
        double first = 0.9 * LN2 + 0.1 * (2 + 2 + 1) * LN2 / 3;
        double second = Math.log(3);
        NDArray loss = CrossEntropy.smoothed(labels(2, 0), logits(), 0.1);
        assertThat(loss.getShape()).isEqualTo(new Shape());
        assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(loss.getManager()).isSameAs(manager);
        assertThat((double) loss.getFloat()).isCloseTo((first + second) / 2, within(1e-6));
        assertThat((double) CrossEntropy.smoothed(labels(2, 0), logits(), 0).getFloat())
                .isCloseTo((LN2 + Math.log(3)) / 2, within(1e-6));
    }

    @Test
    void theGradientIsProbabilityMinusTarget() {
        float[] gradient = gradient(logits(), x -> CrossEntropy.smoothed(labels(2, 0), x, 0.3));
        // Targets 0.1, 0.1, 0.8 and 0.8, 0.1, 0.1; half of each, since there are two places.
        double third = 1 / 3.0;
        double[] expected = {
            (0.25 - 0.1) / 2, (0.25 - 0.1) / 2, (0.5 - 0.8) / 2, (third - 0.8) / 2, (third - 0.1) / 2, (third - 0.1) / 2
        };
        assertThat(worst(expected, doubles(manager.create(gradient)))).isLessThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.9})
    void isLibtorchsLabelSmoothing(double smoothing) {
        NDArray labels = manager.arange(40).mul(3).mod(7).toType(DataType.INT64, false);
        NDArray x = array(manager, 1, 40, 7).toType(DataType.FLOAT64, true);
        NDArray y = x.duplicate();
        x.setRequiresGradient(true);
        y.setRequiresGradient(true);
        NDArray ours = CrossEntropy.smoothed(labels, x, smoothing);
        NDArray theirs = LIBTORCH.tensor("loss", y, labels, smoothing);
        assertThat(ours.getDataType()).isEqualTo(DataType.FLOAT64);
        assertThat(ours.getDouble()).isCloseTo(theirs.getDouble(), within(1e-12));
        backward(() -> CrossEntropy.smoothed(labels, x, smoothing));
        backward(() -> LIBTORCH.tensor("loss", y, labels, smoothing));
        assertThat(worst(x.getGradient().toDoubleArray(), y.getGradient().toDoubleArray()))
                .isLessThan(1e-12);
    }

    @Test
    void takesAnyLeadingAxesAndNumberTypes() {
        float expected = CrossEntropy.smoothed(labels(2, 0), logits(), 0.1).getFloat();
        NDArray wide = logits().reshape(1, 2, 3);
        for (DataType type : new DataType[] {DataType.INT64, DataType.INT32, DataType.UINT8, DataType.FLOAT32}) {
            NDArray labels = labels(2, 0).toType(type, true);
            assertThat(CrossEntropy.smoothed(labels, logits(), 0.1).getFloat()).isEqualTo(expected);
            assertThat(CrossEntropy.smoothed(labels.reshape(2, 1), logits(), 0.1)
                            .getFloat())
                    .isEqualTo(expected);
            assertThat(CrossEntropy.smoothed(labels.reshape(1, 2), wide, 0.1).getFloat())
                    .isEqualTo(expected);
            assertThat(CrossEntropy.smoothed(labels.reshape(1, 2, 1), wide, 0.1).getFloat())
                    .isEqualTo(expected);
        }
        NDArray one = CrossEntropy.smoothed(manager.create(2L), manager.create(new float[] {0, 0, (float) LN2}), 0);
        assertThat((double) one.getFloat()).isCloseTo(LN2, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void isSingleForHalfPrecision(Precision precision) {
        // Whole numbers are exact in every precision, so the loss must be what fp32 makes of them.
        NDArray x = manager.create(new float[] {3, -1, 0, 2, 2, 7}, new Shape(2, 3));
        NDArray loss = CrossEntropy.smoothed(labels(2, 0), Cast.to(x, precision), 0.1);
        assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(loss.getFloat())
                .isEqualTo(CrossEntropy.smoothed(labels(2, 0), x, 0.1).getFloat());
        float[] low = gradient(x.duplicate(), a -> CrossEntropy.smoothed(labels(2, 0), Cast.to(a, precision), 0.1));
        float[] full = gradient(x.duplicate(), a -> CrossEntropy.smoothed(labels(2, 0), a, 0.1));
        assertThat(worst(doubles(manager.create(full)), doubles(manager.create(low))))
                .isLessThan(2e-3);
        try (Autocast scope = Autocast.enter(manager.getDevice(), Precision.BFLOAT16)) {
            assertThat(CrossEntropy.smoothed(labels(2, 0), x, 0.1).getFloat()).isEqualTo(loss.getFloat());
        }
    }

    @Test
    void leavesNothingBehindButTheLoss() {
        NDArray labels = labels(2, 0);
        NDArray logits = logits();
        int before = manager.getManagedArrays().size();
        CrossEntropy.smoothed(labels, logits, 0.1).close();
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void errorsSayWhatWasExpected() {
        assertThatThrownBy(() -> CrossEntropy.smoothed(labels(2, 0, 1), logits(), 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cross-entropy: expected class ids of shape (2) for logits (2, 3), got (3)");
        assertThatThrownBy(() -> CrossEntropy.smoothed(logits(), logits(), 0.1))
                .hasMessage("cross-entropy: expected class ids of shape (2) for logits (2, 3), got (2, 3)");
        assertThatThrownBy(() -> CrossEntropy.smoothed(labels(2), manager.create(1f), 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cross-entropy: expected logits of shape (…, classes), got ()");
        assertThatThrownBy(() -> CrossEntropy.smoothed(labels(2, 0), logits(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cross-entropy: expected a smoothing in [0, 1), got 1.0");
        for (long wrong : new long[] {3, -1, -100}) {
            assertThatThrownBy(() -> CrossEntropy.smoothed(labels(2, wrong), logits(), 0.1))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("Target " + wrong + " is out of bounds");
        }
    }
}
