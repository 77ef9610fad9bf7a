package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/** How the width of a self-attention is divided among its heads. */
record Heads(int count, int width) {

    /**
     * Queries, keys and values, (batch, heads, time, headWidth) each, of (batch, time, 3 · heads · headWidth).
     *
     * <p>Split while the heads are an axis of their own: the gradients of the three parts are then copied once on the way
     * back, not twice, and all three results are views.
     */
    NDList split(NDArray qkv) {
        Shape shape = qkv.getShape();
        NDList parts = new NDList(3);
        for (NDArray part :
                qkv.reshape(shape.get(0), shape.get(1), 3L * count, width).split(3, 2)) {
            parts.add(part.transpose(0, 2, 1, 3));
        }
        return parts;
    }

    /** (batch, heads, time, headWidth) to (batch, time, heads · headWidth). */
    NDArray join(NDArray mixed) {
        Shape shape = mixed.getShape();
        return mixed.transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(2), (long) count * width);
    }

    /** The shape of one part of an input (batch, time, width). */
    Shape part(Shape input) {
        return new Shape(input.get(0), count, input.get(1), width);
    }
}
