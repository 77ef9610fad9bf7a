package org.vivace.models;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

/**
 * Mean cross-entropy, in nats, of logits with integer class ids: logits (batch, time, vocabulary) with labels (batch,
 * time), or (batch, classes) with (batch), or any further leading axes that the two share.
 *
 * <p>Labels may have any numeric type but must be whole numbers from 0 to classes-1. Their values are not read in a
 * step, since that would wait for the device. A wrong label throws an {@link IllegalArgumentException} on the CPU, but
 * on a GPU an assertion ends the process, so call {@link #checkLabels} once per run. The loss is a FLOAT32 scalar for
 * logits of any precision (FLOAT64 for FLOAT64 logits).
 *
 * <p>DJL's {@code SoftmaxCrossEntropyLoss} requires labels of shape (batch, time, 1).
 */
public final class TokenLoss extends Loss {

    public TokenLoss() {
        super("TokenLoss");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return evaluate(labels.singletonOrThrow(), predictions.singletonOrThrow());
    }

    /** The loss of {@code logits}; the result belongs to their manager. */
    public static NDArray evaluate(NDArray labels, NDArray logits) {
        Shape shape = logits.getShape();
        int last = shape.dimension() - 1;
        if (last < 0 || !shape.slice(0, last).equals(labels.getShape())) {
            throw new IllegalArgumentException(
                    "labels must have the shape of the logits without its last axis, got labels %s and logits %s: reshape the labels"
                            .formatted(labels.getShape(), shape));
        }
        try (NDArray full = atLeastSingle(logits);
                NDArray logProbabilities = full.logSoftmax(last);
                NDArray column = labels.expandDims(last);
                NDArray index = column.toType(DataType.INT64, false);
                NDArray picked = gather(logProbabilities, index, labels, shape.get(last));
                NDArray mean = picked.mean()) {
            return mean.neg();
        }
    }

    // Half precision is widened by type promotion, because a cast in DJL cuts the gradient.
    private static NDArray atLeastSingle(NDArray logits) {
        DataType type = logits.getDataType();
        if (type == DataType.FLOAT32 || type == DataType.FLOAT64) {
            return logits.reshape(logits.getShape());
        }
        try (NDArray one = logits.getManager().ones(new Shape(1), DataType.FLOAT32, logits.getDevice())) {
            return logits.mul(one);
        }
    }

    private static NDArray gather(NDArray logProbabilities, NDArray index, NDArray labels, long classes) {
        try {
            return logProbabilities.gather(index, index.getShape().dimension() - 1);
        } catch (EngineException e) {
            if (String.valueOf(e.getMessage()).contains("out of bounds")) {
                checkLabels(labels, classes);
            }
            throw e;
        }
    }

    /**
     * Fails unless every label is a whole number from 0 to {@code classes} - 1. It reads the values, so it waits for
     * the device: call it once per run or data set, not at each step.
     *
     * @param labels class ids of any shape and numeric type
     * @throws IllegalArgumentException if one is not, with its value
     */
    public static void checkLabels(NDArray labels, long classes) {
        try (NDArray wide = labels.toType(DataType.FLOAT64, true);
                NDArray smallest = wide.min();
                NDArray largest = wide.max();
                NDArray whole = wide.floor();
                NDArray same = whole.eq(wide);
                NDArray all = same.all()) {
            double low = smallest.toDoubleArray()[0];
            double high = largest.toDoubleArray()[0];
            if (low < 0 || high >= classes) {
                throw wrongLabel(classes, Long.toString((long) (low < 0 ? low : high)));
            }
            if (!all.getBoolean()) {
                throw wrongLabel(classes, "a fraction");
            }
        }
    }

    private static IllegalArgumentException wrongLabel(long classes, String found) {
        return new IllegalArgumentException(
                "labels must be whole numbers from 0 to %d (there are %d classes), got %s: check them against the model"
                        .formatted(classes - 1, classes, found));
    }
}
