package org.vivace.train;

import ai.djl.Device;
import java.util.List;

/**
 * How a training splits the batch of each step: into parts of nearly equal size, which the devices take in turns.
 *
 * @param devices each gets {@code microBatches} parts; the first is the model's
 */
record Split(int microBatches, List<Device> devices) {

    int parts() {
        return microBatches * devices.size();
    }

    Device deviceOf(int part) {
        return devices.get(part % devices.size());
    }
}
