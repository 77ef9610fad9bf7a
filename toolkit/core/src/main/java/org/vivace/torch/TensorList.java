package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that libtorch processes together, listed once: passing a few hundred parameters to native code at each step
 * would cost as much as a small update. Holds references to the tensors, not copies.
 */
public final class TensorList implements AutoCloseable {

    // An axis of size 1 may have any stride, and libtorch gives gradients another one there.
    private static final Script SCRIPT = Script.of("TensorList", """
            def dense(self, x: Tensor) -> bool:
              return torch.is_contiguous(x, memory_format=0) or torch.is_contiguous(x, memory_format=2) or torch.is_contiguous(x, memory_format=3)
            def alike(self, x: Tensor, y: Tensor) -> bool:
              same = self.dense(x) and self.dense(y)
              for i in range(torch.dim(x)):
                if torch.size(x, i) != 1 and torch.stride(x)[i] != torch.stride(y)[i]:
                  same = False
              return same
            def unlike(self, xs: List[Tensor], ys: List[Tensor]) -> int:
              first = -1
              for i in range(len(xs)):
                if first == -1 and not self.alike(xs[i], ys[i]):
                  first = i
              return first
            def unlike_gradients(self, xs: List[Tensor]) -> int:
              first = -1
              for i in range(len(xs)):
                if first == -1 and not self.alike(xs[i], xs[i].grad):
                  first = i
              return first
            """);

    private final List<NDArray> arrays;
    private final IValue value;
    // A passed check stays valid: DJL cannot remove a gradient, or change an array's shape or type. For 400 small
    // parameters each check takes about half a millisecond, more than an update, so it runs once per list.
    private boolean haveGradients;
    private @Nullable TensorList alike;

    private TensorList(List<NDArray> arrays) {
        this.arrays = List.copyOf(arrays);
        this.value = IValue.listFrom(arrays.toArray(PtNDArray[]::new));
    }

    /**
     * @param arrays arrays of the PyTorch engine on one device, of any shapes; may be empty
     * @throws IllegalArgumentException if an array is of another engine or on another device than the first
     */
    public static TensorList of(List<? extends NDArray> arrays) {
        for (int i = 0; i < arrays.size(); i++) {
            if (!(arrays.get(i) instanceof PtNDArray array)) {
                throw new IllegalArgumentException("tensor list: expected arrays of the PyTorch engine, got "
                        + arrays.get(i).getClass().getSimpleName() + " at [" + i + "]");
            }
            Device first = arrays.get(0).getDevice();
            if (!array.getDevice().equals(first)) {
                throw new IllegalArgumentException("tensor list: expected all arrays on " + first + ", got [" + i
                        + "] on " + array.getDevice() + ": make one list for each device");
            }
        }
        return new TensorList(List.copyOf(arrays));
    }

    public List<NDArray> arrays() {
        return arrays;
    }

    public int size() {
        return arrays.size();
    }

    IValue value() {
        return value;
    }

    /** Refuses parameters that no backward pass has reached, whose gradients libtorch would see as undefined tensors. */
    void requireGradients(String op) {
        if (haveGradients) {
            return;
        }
        for (int i = 0; i < arrays.size(); i++) {
            if (!Gradients.exists(arrays.get(i))) {
                throw new IllegalArgumentException(op + ": expected a gradient on every parameter, found none on ["
                        + i + "] of shape " + arrays.get(i).getShape()
                        + ": list only parameters that the backward pass has reached");
            }
        }
        int unlike = SCRIPT.number("unlike_gradients", value);
        if (unlike >= 0) {
            throw new IllegalArgumentException(op + ": expected the gradient of [" + unlike + "] in its parameter's"
                    + " memory layout, found another: change a layout before the first backward pass");
        }
        haveGradients = true;
    }

    /**
     * Refuses a list that does not match {@code parameters} in number, shapes, precisions or memory layouts. The fused
     * kernels do not check their lists: an entry smaller than its parameter would cause a write outside of it.
     */
    void requireAlike(String op, String name, TensorList parameters) {
        if (alike == parameters) {
            return;
        }
        if (size() != parameters.size()) {
            throw new IllegalArgumentException(
                    op + ": expected " + parameters.size() + " " + name + ", one for each parameter, got " + size());
        }
        for (int i = 0; i < size(); i++) {
            NDArray parameter = parameters.arrays.get(i);
            NDArray array = arrays.get(i);
            Shapes.requireSame(op, name + "[" + i + "]", array, parameter.getShape());
            if (array.getDataType() != parameter.getDataType()) {
                throw new IllegalArgumentException(op + ": expected " + name + "[" + i + "] of the parameter's type "
                        + parameter.getDataType() + ", got " + array.getDataType());
            }
        }
        int unlike = SCRIPT.number("unlike", parameters.value, value);
        if (unlike >= 0) {
            throw new IllegalArgumentException(
                    op + ": expected " + name + "[" + unlike + "] and its parameter dense and"
                            + " in one memory layout, found that they are not: duplicate() a slice or broadcast array, and make "
                            + name + " in their parameters' layout");
        }
        alike = parameters;
    }

    /** Releases the references; the arrays themselves stay. */
    @Override
    public void close() {
        value.close();
    }
}
