package org.vivace.models;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The additive causal mask, 0 on and below the diagonal and minus infinity above it.
 *
 * <p>One array per device serves all layers, models and lengths of the process, and grows to the longest length
 * requested: building it in each forward pass would cost a host-to-device copy per layer, and keeping one per layer and
 * length would fill the memory during a length warm-up. It takes time² · 4 bytes.
 */
final class CausalMask {

    private static final Map<Device, NDArray> LARGEST = new HashMap<>();

    private CausalMask() {}

    /** A view (time, time), FLOAT32, that belongs to {@code manager}. */
    static NDArray view(NDManager manager, Device device, long time) {
        synchronized (LARGEST) {
            NDArray mask = LARGEST.get(device);
            if (mask == null || mask.getShape().get(0) < time) {
                NDArray grown = build(device, Math.toIntExact(time));
                if (mask != null) {
                    // Views of it stay valid: they share the storage, not this handle.
                    mask.getManager().close();
                }
                LARGEST.put(device, grown);
                mask = grown;
            }
            // Converted by the manager, since an estimate's manager represents arrays by their shapes only.
            NDArray view =
                    manager.from(mask.get(new NDIndex().addSliceDim(0, time).addSliceDim(0, time)));
            view.attach(manager);
            return view;
        }
    }

    private static NDArray build(Device device, int size) {
        float[] values = new float[Math.multiplyExact(size, size)];
        for (int row = 0; row < size; row++) {
            Arrays.fill(values, row * size + row + 1, (row + 1) * size, Float.NEGATIVE_INFINITY);
        }
        NDArray mask = NDManager.newBaseManager(device).create(values, new Shape(size, size));
        // A scope that is open during the first forward pass would otherwise close the mask before the next one.
        NDScope.unregister(mask);
        return mask;
    }
}
