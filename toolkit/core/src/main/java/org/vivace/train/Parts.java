package org.vivace.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vivace.torch.Copy;
import org.vivace.torch.GradMode;

/**
 * The losses of a batch's parts. A loss with one value per example counts as the sum of its values, as in DJL's
 * backward pass. Any other is taken as the mean over the examples, so a part is weighted by its share of them. A mean
 * over something else, such as unmasked elements, is detected: the loss of two parts together is not the mean of
 * their losses.
 */
final class Parts {

    private static final double ROUNDING = 1e-3;

    private final Loss loss;
    private final int count;
    private final boolean acrossDevices;
    private final Run run;
    private final Map<Device, Part> lastOn = new HashMap<>();
    private Optional<Part> last = Optional.empty();

    private record Part(NDList labels, NDList predictions, long size, NDArray value) {

        Device device() {
            return value.getDevice();
        }

        /** The same part on another device, for comparison. */
        Part on(Device device, NDManager owner) {
            return device.equals(device())
                    ? this
                    : new Part(
                            Copy.toDevice(labels, device, owner),
                            Copy.toDevice(predictions, device, owner),
                            size,
                            Copy.toDevice(List.of(value), device, owner).head());
        }
    }

    /**
     * @param count the number of parts that a batch is split into
     * @param acrossDevices whether to compare the first parts on different devices too, for which predictions are copied,
     *     which may be large
     * @param run reads the losses to check
     */
    Parts(Loss loss, int count, boolean acrossDevices, Run run) {
        this.loss = loss;
        this.count = count;
        this.acrossDevices = acrossDevices;
        this.run = run;
    }

    static boolean onePerExample(NDArray loss, long examples) {
        Shape shape = loss.getShape();
        return shape.dimension() > 0 && shape.get(0) == examples;
    }

    /** A loss's value, or the sum of its values if it has several, as a scalar on its device. */
    static NDArray sum(NDArray loss) {
        return loss.getShape().dimension() == 0 ? loss : loss.sum();
    }

    /** The same, read from the device. */
    static double total(NDArray loss) {
        if (loss.getShape().dimension() == 0) {
            return loss.getFloat();
        }
        try (NDArray sum = loss.sum()) {
            return sum.getFloat();
        }
    }

    /**
     * Checks a part against the one before it on its device, or else on another. The step's update is refused by an {@link IllegalArgumentException} if
     * the loss of the two parts together does not follow from their two losses.
     *
     * @param size its examples
     * @param value its {@link #sum}
     */
    void check(NDList labels, NDList predictions, long size, NDArray value) {
        Part part = new Part(new NDList(labels), new NDList(predictions), size, value);
        Optional.ofNullable(lastOn.get(part.device()))
                .or(() -> acrossDevices ? last : Optional.empty())
                .ifPresent(before -> check(before, part));
        lastOn.put(part.device(), part);
        last = Optional.of(part);
    }

    private void check(Part first, Part other) {
        try (NDManager temporary = first.predictions().getManager().newSubManager();
                GradMode off = GradMode.off()) {
            Part second = other.on(first.device(), temporary);
            NDArray together = loss.evaluate(
                    joined(first.labels(), second.labels(), temporary),
                    joined(first.predictions(), second.predictions(), temporary));
            together.attach(temporary);
            boolean each = onePerExample(together, first.size() + second.size());
            NDArray values = NDArrays.stack(new NDList(sum(together), first.value(), second.value()));
            values.attach(temporary);
            run.findings()
                    .add(
                            values,
                            read -> requireConsistent(read[0], read[1], first.size(), read[2], second.size(), each));
        }
    }

    private void requireConsistent(
            double found, double first, long firstSize, double second, long secondSize, boolean onePerExample) {
        double expected =
                onePerExample ? first + second : (first * firstSize + second * secondSize) / (firstSize + secondSize);
        double allowed = ROUNDING * Math.max(1e-3, Math.abs(found));
        // A part with nothing to average has no finite loss; if neither has one, the step fails for that reason.
        if (Double.isFinite(found) && !(Math.abs(found - expected) <= allowed)) {
            throw new IllegalArgumentException("expected a loss that is the mean over a batch's examples, or has"
                    + " one value for each, to train in " + count + " parts, got "
                    + (float) found
                    + " for two of them together and " + (float) expected
                    + " from each by itself, as from a mean"
                    + " over unmasked elements only: train with one micro-batch on one device, or divide by the number of"
                    + " examples");
        }
    }

    private static NDList joined(NDList first, NDList second, NDManager temporary) {
        NDList joined = new NDList(first.size());
        for (int i = 0; i < first.size(); i++) {
            NDArray both = NDArrays.concat(new NDList(first.get(i), second.get(i)));
            both.attach(temporary);
            joined.add(both);
        }
        return joined;
    }
}
