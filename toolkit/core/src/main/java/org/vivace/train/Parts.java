package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import java.util.Optional;
import org.vivace.torch.GradMode;

/**
 * The losses of a batch's parts. A loss with one value an example counts as the sum of its values, which is what DJL's
 * backward pass takes; any other is taken for the mean over the examples, so that a part counts by its share of them. A
 * mean over something else, such as unmasked elements, is found out: of two parts in a row it is not the mean of theirs.
 */
final class Parts {

    private static final double ROUNDING = 1e-3;

    private final Loss loss;
    private final int count;
    private Optional<Part> before = Optional.empty();

    private record Part(NDList labels, NDList predictions, long size, double value) {}

    /** @param count of the parts that a batch is cut into */
    Parts(Loss loss, int count) {
        this.loss = loss;
        this.count = count;
    }

    static boolean oneAnExample(NDArray loss, long examples) {
        Shape shape = loss.getShape();
        return shape.dimension() > 0 && shape.get(0) == examples;
    }

    static double total(NDArray loss) {
        if (loss.getShape().dimension() == 0) {
            return loss.getFloat();
        }
        try (NDArray sum = loss.sum()) {
            return sum.getFloat();
        }
    }

    /**
     * Looks at one part after the other.
     *
     * @param size its examples
     * @param value its {@link #total}
     * @throws IllegalArgumentException where it and the one before together have a loss that does not follow from the two losses
     */
    void check(NDList labels, NDList predictions, long size, double value) {
        Part part = new Part(new NDList(labels), new NDList(predictions), size, value);
        before.ifPresent(last -> check(last, part));
        before = Optional.of(part);
    }

    private void check(Part first, Part second) {
        try (NDManager temporary = second.predictions().getManager().newSubManager();
                GradMode off = GradMode.off()) {
            NDArray together = loss.evaluate(
                    joined(first.labels(), second.labels(), temporary),
                    joined(first.predictions(), second.predictions(), temporary));
            together.attach(temporary);
            long size = first.size() + second.size();
            double expected = oneAnExample(together, size)
                    ? first.value() + second.value()
                    : (first.value() * first.size() + second.value() * second.size()) / size;
            double found = total(together);
            double allowed = ROUNDING * Math.max(1e-3, Math.abs(found));
            // A part without anything to take the mean over has none; where both have none the step fails for it.
            if (Double.isFinite(found) && !(Math.abs(found - expected) <= allowed)) {
                throw new IllegalArgumentException("expected a loss that is the mean over a batch's examples, or has"
                        + " one value for each, to train in " + count + " micro-batches, got "
                        + (float) found
                        + " for two of them together and " + (float) expected
                        + " from each by itself, as from a mean"
                        + " over unmasked elements only: call microBatches(1), or divide by the number of examples");
            }
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
