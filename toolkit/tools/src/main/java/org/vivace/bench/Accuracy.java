package org.vivace.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import org.vivace.measure.QualityMeasure;

/** The share of examples whose highest logit is that of their class. */
public final class Accuracy {

    /** The share, from 0 to 1. */
    public static final QualityMeasure MEASURE = new QualityMeasure("accuracy", true);

    private Accuracy() {}

    /**
     * @param labels (batch), INT64
     * @param logits (batch, classes)
     */
    public static double of(NDList labels, NDList logits) {
        NDArray expected = labels.singletonOrThrow();
        try (NDArray predicted = logits.singletonOrThrow().argMax(-1);
                NDArray right = predicted.eq(expected);
                NDArray ones = right.toType(DataType.FLOAT32, false);
                NDArray share = ones.mean()) {
            return share.getFloat();
        }
    }
}
