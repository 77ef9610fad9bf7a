package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Masks that tell text from padding in a batch of ids; nothing here waits for the device. */
final class Padding {

    private Padding() {}

    /** BOOLEAN of the ids' shape, (batch, time), true where there is text. */
    static NDArray text(NDArray ids, int padding) {
        NDManager manager = ids.getManager();
        try (NDArray filler = manager.full(new Shape(), padding, DataType.INT32, ids.getDevice())) {
            return ids.neq(filler);
        }
    }

    /**
     * The keys that the positions of each text attend to, BOOLEAN (batch, 1, 1, time): the text's own. In a row without
     * text they are all of its padding, since a softmax over nothing would be NaN, which no later mask removes.
     *
     * @param text the result of {@link #text}
     */
    static NDArray seen(NDArray text) {
        NDManager manager = text.getManager();
        Shape shape = text.getShape();
        try (NDArray ones = text.toType(DataType.FLOAT32, false);
                NDArray count = ones.sum(new int[] {1}, true);
                NDArray none = manager.zeros(new Shape(), DataType.FLOAT32, text.getDevice());
                NDArray empty = count.eq(none);
                NDArray keys = text.logicalOr(empty)) {
            return keys.reshape(shape.get(0), 1, 1, shape.get(1));
        }
    }
}
