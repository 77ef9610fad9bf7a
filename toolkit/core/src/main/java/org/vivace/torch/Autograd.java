package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/** Backward passes from any array with any gradient, which DJL's collector does not offer. */
public final class Autograd {

    private static final Script SCRIPT = Script.of("Autograd", """
            def is_leaf(self, x: Tensor) -> int:
              if torch.is_leaf(x):
                r = 1
              else:
                r = 0
              return r
            def version(self, x: Tensor) -> int:
              return torch._version(x)
            def free_gradient(self, x: Tensor) -> int:
              grad = x.grad
              torch.set_data(grad, torch.new_empty(grad, [0], dtype=4))
              return 0
            def backward(self, outputs: List[Tensor], gradients: List[Tensor], keep_graph: bool) -> int:
              given = annotate(List[Optional[Tensor]], [])
              for gradient in gradients:
                given.append(gradient)
              torch.autograd.backward(outputs, given, keep_graph, False)
              return 0
            """);

    private Autograd() {}

    /** Whether this thread's operations are being recorded. */
    public static boolean recording() {
        return JniUtils.isGradMode();
    }

    /** Whether a backward pass reaches this array: it is a leaf with a gradient, or was computed from one. */
    public static boolean reaches(NDArray array) {
        // DJL's hasGradient() covers leaves only, and caches its first answer.
        return JniUtils.requiresGrad((PtNDArray) array) || SCRIPT.number("is_leaf", array) == 0;
    }

    /** Whether a backward pass ends at this array and leaves a gradient there: it is a leaf that requires one. */
    public static boolean endsAt(NDArray array) {
        return JniUtils.requiresGrad((PtNDArray) array) && SCRIPT.number("is_leaf", array) == 1;
    }

    /**
     * Accumulates into the leaves' gradients the product of {@code gradient} with the derivative of {@code output}.
     *
     * @param gradient output's shape
     * @param keepGraph true if another backward pass through a part of the same graph follows
     */
    public static void backward(NDArray output, NDArray gradient, boolean keepGraph) {
        Shapes.requireSame("backward", "gradient", gradient, output.getShape());
        JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, keepGraph, false);
    }

    /** One pass from several outputs at once; the tape does not continue it. */
    static void backward(List<NDArray> outputs, List<NDArray> gradients, boolean keepGraph) {
        SCRIPT.number("backward", outputs, gradients, keepGraph);
    }

    /** The backward pass from a loss of any precision; from the sum of its values if it has several. */
    public static void backward(NDArray loss, boolean keepGraph) {
        try (NDArray one = loss.getManager().ones(loss.getShape(), DataType.FLOAT32, loss.getDevice())) {
            backward(loss, one, keepGraph);
        }
    }

    /** Whether this array was computed from one that a backward pass reaches. */
    static boolean hasHistory(NDArray array) {
        return differentiable(array) && SCRIPT.number("is_leaf", array) == 0;
    }

    /** Whether a backward pass has left a gradient at this leaf. */
    static boolean hasReached(NDArray leaf) {
        return differentiable(leaf) && Gradients.exists(leaf);
    }

    static boolean differentiable(NDArray array) {
        DataType type = array.getDataType();
        return type == DataType.UNKNOWN || type.isFloating();
    }

    /** Another handle on the same array, which stays open until its owner closes, even if the given one is closed. */
    public static NDArray handle(NDArray array, NDManager owner) {
        try (IValue value = IValue.from((PtNDArray) array)) {
            NDArray same = value.toTensor((PtNDManager) owner);
            NDScope.unregister(same);
            same.setName(array.getName());
            return same;
        }
    }

    /** The same values, detached from the graph, with their own gradient. */
    public static NDArray leaf(NDArray array) {
        NDArray leaf = array.stopGradient();
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** How often this array, or one that shares its memory by a view, has been changed in place. */
    static int version(NDArray array) {
        return SCRIPT.number("version", array);
    }

    /**
     * Frees the memory of a leaf's gradient. Another backward pass that reaches the leaf fails: nothing can be added to
     * a gradient without elements or, for a leaf with one element, to a gradient of integers.
     */
    static void freeGradient(NDArray leaf) {
        try (GradMode mode = GradMode.off()) {
            SCRIPT.number("free_gradient", leaf);
        }
    }
}
