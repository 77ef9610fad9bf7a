package org.vivace.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The devices that a run's training passes are made on. The first is the model's: the weights, their gradients, the
 * optimizer and the methods' state are there, and only there. A pass on another device works on copies of the weights.
 */
record RunDevices(List<Device> all) {

    /**
     * @param own the model's device
     * @throws IllegalArgumentException unless {@code own} is the first and all are of its type
     */
    static RunDevices of(Device own, Device... devices) {
        boolean fits = devices.length > 0 && devices[0].equals(own);
        for (Device device : devices) {
            fits &= device.getDeviceType().equals(own.getDeviceType());
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "expected devices of one type, the model's " + own + " as the first, got "
                            + Arrays.toString(devices) + ": call optDevices on the config, or devices on the training");
        }
        return new RunDevices(List.of(devices));
    }

    /**
     * For a loop of the user's own: DJL's trainer has weights on each device, of which a run would change one.
     *
     * @throws IllegalArgumentException if the data are elsewhere
     */
    static void requireOwn(Device own, NDArray data) {
        if (!data.getDevice().equals(own)) {
            throw new IllegalArgumentException("expected the data on the model's device " + own + ", found them on "
                    + data.getDevice() + ": move them there, or train on several devices with Training or"
                    + " EfficientTrainer");
        }
    }

    int count() {
        return all.size();
    }

    /**
     * The index of the device that a pass is made on: where its data are. A device that is named several times takes turns
     * with itself.
     *
     * @param pass the passes before it in this step
     * @throws IllegalArgumentException if they are on another device, or there are several devices and no data
     */
    int of(NDArray data, int pass) {
        Device device = data.getDevice();
        int[] named = IntStream.range(0, all.size())
                .filter(index -> all.get(index).equals(device))
                .toArray();
        if (named.length == 0) {
            throw new IllegalArgumentException("expected data on one of the run's devices " + all + ", got some on "
                    + device + ": move them there, or name that device in the config");
        }
        if (count() > 1 && data.getShape().dimension() > 0 && data.getShape().get(0) == 0) {
            throw new IllegalArgumentException("expected at least one example for each device, got none on " + device
                    + ": DJL splits a small last batch so that a device may get none; drop it, or train with Training");
        }
        return named[pass % named.length];
    }
}
