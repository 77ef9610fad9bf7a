package org.vivace.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * What one pass through the model works on.
 *
 * @param data the model's inputs, batch axis first
 * @param labels what the loss compares with, batch axis first; empty if the caller has none
 */
public record Sample(NDList data, NDList labels) {

    /**
     * Splits it along the batch axis into nearly equal parts: {@code wanted}, or one per example if there are fewer.
     */
    List<Sample> parts(int wanted) {
        long size = data.head().getShape().get(0);
        int count = (int) Math.min(wanted, size);
        if (count == 1) {
            return List.of(this);
        }
        List<Sample> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            NDIndex range = new NDIndex().addSliceDim(size * i / count, size * (i + 1) / count);
            parts.add(new Sample(slice(data, range), slice(labels, range)));
        }
        return parts;
    }

    /** The same sample on another device; itself if it is there already. */
    Sample on(Device device) {
        return data.head().getDevice().equals(device)
                ? this
                : new Sample(data.toDevice(device, false), labels.toDevice(device, false));
    }

    private static NDList slice(NDList arrays, NDIndex range) {
        NDList slices = new NDList(arrays.size());
        arrays.forEach(array -> slices.add(array.get(range)));
        return slices;
    }
}
