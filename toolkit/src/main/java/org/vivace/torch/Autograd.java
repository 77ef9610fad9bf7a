package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Backward passes from any array with any gradient, which DJL's collector does not offer. */
public final class Autograd {

    private Autograd() {}

    /** Whether this thread's operations are being recorded. */
    public static boolean recording() {
        return JniUtils.isGradMode();
    }

    /** Whether an array was computed from something that requires a gradient. */
    public static boolean hasHistory(NDArray array) {
        return JniUtils.getGradientFunctionNames((PtNDArray) array) != null;
    }

    /**
     * Accumulates into the leaves' gradients the product of {@code gradient} with the derivative of {@code output}.
     *
     * @param gradient output's shape
     * @param keepGraph true where another backward pass through a part of the same graph is to come
     */
    public static void backward(NDArray output, NDArray gradient, boolean keepGraph) {
        Shapes.requireSame("backward", "gradient", gradient, output.getShape());
        JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, keepGraph, false);
    }

    /** The backward pass from a scalar loss of any precision. */
    public static void backward(NDArray loss, boolean keepGraph) {
        try (NDArray one = loss.getManager().ones(loss.getShape(), DataType.FLOAT32, loss.getDevice())) {
            backward(loss, one, keepGraph);
        }
    }

    /** The same values, cut off from what computed them, with a gradient of their own. */
    public static NDArray leaf(NDArray array) {
        NDArray leaf = array.stopGradient();
        leaf.setRequiresGradient(true);
        return leaf;
    }
}
