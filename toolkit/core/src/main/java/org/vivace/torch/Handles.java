package org.vivace.torch;

import ai.djl.pytorch.jni.TorchBridge;
import java.util.ArrayList;
import java.util.List;

/** Temporary native tensors; closing frees them. */
final class Handles implements AutoCloseable {

    private final List<Long> tensors = new ArrayList<>();

    /** Registers the tensor to be freed with the others, and returns it. */
    long keep(long tensor) {
        tensors.add(tensor);
        return tensor;
    }

    /** The tensor in fp32, kept here. */
    long fp32(long tensor) {
        return keep(Cast.handle(tensor, Precision.FLOAT32));
    }

    @Override
    public void close() {
        tensors.forEach(TorchBridge::free);
    }
}
