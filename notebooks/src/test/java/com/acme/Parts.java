package com.acme;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** What a user has beside a model: a loss, an optimizer, data. */
public final class Parts {

    public static final int CLASSES = 4;

    private static final NDManager ARRAYS = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    private Parts() {}

    public static Loss loss() {
        return Loss.softmaxCrossEntropyLoss();
    }

    public static Optimizer adam(Tracker rate) {
        return Optimizer.adam().optLearningRateTracker(rate).build();
    }

    /** Two batches of 32 images. */
    public static ArrayDataset train() {
        return dataset(new Shape(64, 3, 64, 64), 32);
    }

    /** Random numbers, each example of a class. */
    static ArrayDataset dataset(Shape shape, int batch) {
        return new ArrayDataset.Builder()
                .setData(ARRAYS.randomNormal(shape))
                .optLabels(ARRAYS.randomInteger(0, CLASSES, new Shape(shape.get(0)), DataType.INT64))
                .setSampling(batch, false)
                .build();
    }
}
