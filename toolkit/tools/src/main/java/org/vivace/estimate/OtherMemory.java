package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Memory that is swept before an operation is timed, so that the processor's caches hold none of its operands: in a
 * step, the weights, the saved activations and the result's memory were last used long ago.
 */
final class OtherMemory implements AutoCloseable {

    /** Sixteen megabytes: more than the private cache of a core, less than a shared cache. */
    private static final long VALUES = 4L << 20;

    private final NDManager manager;
    private final NDArray array;

    OtherMemory(Device device) {
        manager = NDManager.newBaseManager(device);
        array = manager.zeros(new Shape(VALUES));
    }

    void touch() {
        array.negi();
    }

    @Override
    public void close() {
        manager.close();
    }
}
