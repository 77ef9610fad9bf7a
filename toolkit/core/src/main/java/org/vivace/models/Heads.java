package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.BlockList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * How the width of a self-attention is divided among its heads, and how its first three children work together: a linear
 * layer to queries, keys and values, an attention over the heads, and a linear layer back to the width.
 */
record Heads(int count, int width) {

    private static final int QKV = 0;
    private static final int ATTENTION = 1;
    private static final int PROJECTION = 2;

    /**
     * @param inputs x, (batch, time, width), and the attention's inputs other than queries, keys and values
     * @return one array of x's shape
     */
    NDList attend(
            BlockList children,
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDList x = new NDList(inputs.head());
        NDArray qkv = children.valueAt(QKV).forward(store, x, training, params).singletonOrThrow();
        NDList parts = split(qkv);
        parts.addAll(inputs.subNDList(1));
        NDArray mixed = children.valueAt(ATTENTION)
                .forward(store, parts, training, params)
                .singletonOrThrow();
        return children.valueAt(PROJECTION).forward(store, new NDList(join(mixed)), training, params);
    }

    /** @param inputs the shapes of {@link #attend}'s inputs */
    void initialize(BlockList children, NDManager manager, DataType type, Shape... inputs) {
        Shape x = inputs[0];
        Shape head = new Shape(x.get(0), count, x.get(1), width);
        Shape[] parts = Stream.concat(Stream.of(head, head, head), Arrays.stream(inputs, 1, inputs.length))
                .toArray(Shape[]::new);
        children.valueAt(QKV).initialize(manager, type, x);
        children.valueAt(ATTENTION).initialize(manager, type, parts);
        children.valueAt(PROJECTION).initialize(manager, type, x);
    }

    /**
     * Queries, keys and values, (batch, heads, time, headWidth) each, of (batch, time, 3 · heads · headWidth).
     *
     * <p>Split while the heads are a separate axis: the gradients of the three parts are then copied once in the
     * backward pass, not twice, and all three results are views.
     */
    private NDList split(NDArray qkv) {
        Shape shape = qkv.getShape();
        NDList parts = new NDList(3);
        for (NDArray part :
                qkv.reshape(shape.get(0), shape.get(1), 3L * count, width).split(3, 2)) {
            parts.add(part.transpose(0, 2, 1, 3));
        }
        return parts;
    }

    /** (batch, heads, time, headWidth) to (batch, time, heads · headWidth). */
    private NDArray join(NDArray mixed) {
        Shape shape = mixed.getShape();
        return mixed.transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(2), (long) count * width);
    }
}
