package org.vivace.estimate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one of several devices computes and holds in a step whose batch is split between them, as {@link
 * org.vivace.train.Training#devices} does.
 *
 * @param step of its part of the batch; only the first device makes the update
 * @param batch rows of its part
 * @param peakBytes the most it holds at one moment: the first as if it trained on its part alone, any other without
 *     gradients and optimizer state, which the first has
 * @param copiedBytes of weights that it gets in a step, and of gradients that it gives back; 0 for the first
 */
public record DeviceShare(Estimate step, long batch, long peakBytes, long copiedBytes) {

    /**
     * @param estimator of a training step
     * @param devices at least 1; those that would get no row are left out
     * @throws IllegalArgumentException if there are none
     */
    public static List<DeviceShare> of(Estimator estimator, int devices) {
        if (devices < 1) {
            throw new IllegalArgumentException("expected at least 1 device, got " + devices);
        }
        long rows = estimator.inputs().get(0).shape().get(0);
        long parts = Math.min(devices, rows);
        Map<Long, Estimate> steps = new HashMap<>();
        List<DeviceShare> shares = new ArrayList<>();
        for (long i = 0; i < parts; i++) {
            long batch = rows * (i + 1) / parts - rows * i / parts;
            Estimate step = steps.computeIfAbsent(
                    batch, size -> estimator.withBatch(size).step());
            Memory memory = step.memory();
            shares.add(
                    i == 0
                            ? new DeviceShare(step, batch, memory.peak(), 0)
                            : new DeviceShare(
                                    step,
                                    batch,
                                    memory.peak() - memory.gradients() - memory.optimizerState(),
                                    memory.weights() + memory.gradients()));
        }
        return List.copyOf(shares);
    }
}
