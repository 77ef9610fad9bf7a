package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Arrays that libtorch is to work on together, listed once: naming a few hundred parameters to native code anew on each
 * step would cost as much as a small update. Holds references to the tensors, not copies.
 */
public final class TensorList implements AutoCloseable {

    private final List<NDArray> arrays;
    private final IValue value;

    private TensorList(List<NDArray> arrays) {
        this.arrays = List.copyOf(arrays);
        this.value = IValue.listFrom(arrays.toArray(PtNDArray[]::new));
    }

    /** @param arrays arrays of the PyTorch engine on one device, of any shapes; may be empty */
    public static TensorList of(List<? extends NDArray> arrays) {
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

    /** Lets go of the references; the arrays themselves stay. */
    @Override
    public void close() {
        value.close();
    }
}
