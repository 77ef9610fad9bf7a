package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenLossTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void isTheMeanNegativeLogProbability() {
        // Probabilities 1/2, 1/4, 1/4 at each of the four places; batch and time are equal on purpose.
        NDArray logits = manager.create(
                new float[] {ln(2), ln(1), ln(1), ln(1), ln(2), ln(1), ln(1), ln(1), ln(2), ln(4), ln(2), ln(2)},
                new Shape(2, 2, 3));
        NDArray labels = manager.create(new long[] {0, 2, 2, 1}, new Shape(2, 2));
        double expected = (Math.log(2) + Math.log(4) + Math.log(2) + Math.log(4)) / 4;

        NDArray loss = new TokenLoss().evaluate(new NDList(labels), new NDList(logits));
        assertThat(loss.getShape()).isEqualTo(new Shape());
        assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat((double) loss.getFloat()).isCloseTo(expected, within(1e-6));
    }

    @Test
    void takesOneLabelPerRowToo() {
        NDArray logits = manager.create(new float[] {ln(3), ln(1), ln(1), ln(7)}, new Shape(2, 2));
        for (DataType type : new DataType[] {DataType.INT64, DataType.INT32, DataType.UINT8, DataType.FLOAT32}) {
            NDArray labels = manager.create(new int[] {0, 1}).toType(type, true);
            assertThat((double) TokenLoss.evaluate(labels, logits).getFloat())
                    .isCloseTo(-(Math.log(0.75) + Math.log(0.875)) / 2, within(1e-6));
        }
    }

    @Test
    void gradientIsProbabilityMinusOneHot() {
        NDArray logits = manager.create(new float[] {ln(3), ln(1), ln(1), ln(7)}, new Shape(2, 2));
        assertThat(gradient(logits)).containsExactly(new float[] {-0.125f, 0.125f, 0.0625f, -0.0625f}, within(1e-6f));
    }

    @Test
    void widensHalfPrecisionWithoutLosingTheGradient() {
        NDArray logits = manager.create(new float[] {ln(3), ln(1), ln(1), ln(7)}, new Shape(2, 2))
                .toType(DataType.FLOAT16, true);
        assertThat(gradient(logits)).containsExactly(new float[] {-0.125f, 0.125f, 0.0625f, -0.0625f}, within(1e-3f));
    }

    private float[] gradient(NDArray logits) {
        logits.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray loss = TokenLoss.evaluate(manager.create(new long[] {0, 1}), logits);
            assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
            collector.backward(loss);
        }
        return logits.getGradient().toType(DataType.FLOAT32, true).toFloatArray();
    }

    @Test
    void largeLogitsDoNotOverflow() {
        NDArray logits = manager.create(new float[] {1000, 0}, new Shape(1, 2));
        assertThat(TokenLoss.evaluate(manager.create(new long[] {1}), logits).getFloat())
                .isEqualTo(1000f);
    }

    @Test
    void leavesOnlyTheResult() {
        NDArray logits = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
        NDArray labels = manager.create(new int[] {0, 1});
        int before = manager.getManagedArrays().size();
        TokenLoss.evaluate(labels, logits);
        TokenLoss.checkLabels(labels, 2);
        assertThat(manager.getManagedArrays()).hasSize(before + 1);
    }

    @Test
    void accumulatesTheMeanOverBatches() {
        TokenLoss loss = new TokenLoss();
        loss.addAccumulator("train");
        NDList labels = new NDList(manager.create(new long[] {0}));
        loss.updateAccumulator(
                "train", labels, new NDList(manager.create(new float[] {ln(1), ln(1)}, new Shape(1, 2))));
        loss.updateAccumulator(
                "train", labels, new NDList(manager.create(new float[] {ln(1), ln(7)}, new Shape(1, 2))));
        assertThat((double) loss.getAccumulator("train")).isCloseTo(2 * Math.log(2), within(1e-6));
    }

    @Test
    void refusesShapesThatDoNotBelongTogether() {
        NDArray logits = manager.zeros(new Shape(2, 2, 3));
        String rest = " and logits (2, 2, 3): reshape the labels";
        for (Shape shape : new Shape[] {new Shape(2), new Shape(2, 3), new Shape(2, 2, 1), new Shape()}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TokenLoss.evaluate(manager.zeros(shape, DataType.INT64), logits))
                    .withMessage("labels must have the shape of the logits without its last axis, got labels " + shape
                            + rest);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenLoss.evaluate(manager.zeros(new Shape()), manager.zeros(new Shape())))
                .withMessageContaining("got labels () and logits ()");
    }

    @Test
    void refusesLabelsThatAreNoClass() {
        NDArray logits = manager.zeros(new Shape(2, 3));
        for (long wrong : new long[] {3, -1}) {
            NDArray labels = manager.create(new long[] {0, wrong});
            String message = "labels must be whole numbers from 0 to 2 (there are 3 classes), got " + wrong
                    + ": check them against the model";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TokenLoss.evaluate(labels, logits))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TokenLoss.checkLabels(labels, 3))
                    .withMessage(message);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenLoss.checkLabels(manager.create(new float[] {0, 1.5f}), 3))
                .withMessage("labels must be whole numbers from 0 to 2 (there are 3 classes), got a fraction: "
                        + "check them against the model");
        TokenLoss.checkLabels(manager.create(new long[] {0, 1, 2}), 3);
    }

    private static float ln(double value) {
        return (float) Math.log(value);
    }
}
