package org.vivace.bench;

import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import org.vivace.estimate.DeviceShare;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.StepTime;

/**
 * A {@link DeviceShare} as it is written to a file.
 *
 * @param batch rows
 * @param peakBytes the most held at one moment
 * @param copiedBytes of weights and gradients in a step, between this device and the first
 * @param seconds of its part of a step, without these copies
 */
public record DeviceCost(long batch, long peakBytes, long copiedBytes, double seconds) {

    /**
     * Of a training step, split between devices like this machine's own.
     *
     * @param estimated of the whole training step on one device
     */
    public static List<DeviceCost> of(Estimated estimated, int devices, OperationTimes times) {
        Optimizer optimizer = estimated.estimator().optimizer().orElseThrow();
        return DeviceShare.of(estimated.estimator(), devices).stream()
                .map(share -> {
                    StepTime time = times.of(share.step(), optimizer);
                    double seconds = share.copiedBytes() == 0 ? time.total() : time.forward() + time.backward();
                    return new DeviceCost(share.batch(), share.peakBytes(), share.copiedBytes(), seconds);
                })
                .toList();
    }
}
