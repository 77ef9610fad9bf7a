package org.vivace.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A manager for each test, and the few things that most tests of this package do with arrays. */
class TorchTest {

    NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    NDArray leaf(NDManager owner, Shape shape, float... values) {
        NDArray array = owner.create(values, shape);
        array.setRequiresGradient(true);
        return array;
    }

    NDArray leaf(float... values) {
        return leaf(manager, new Shape(values.length), values);
    }

    /** Values that differ, of either sign, about 1 in size, the same in each run. */
    static float[] values(int count, int salt) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (1.5 * Math.sin(0.7 * i + salt) + 0.1 * Math.cos(13.0 * i + salt));
        }
        return values;
    }

    NDArray array(NDManager owner, int salt, long... shape) {
        return owner.create(values((int) new Shape(shape).size(), salt), new Shape(shape));
    }

    /** Runs the backward pass from a scalar loss. */
    static void backward(Supplier<NDArray> loss) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(loss.get());
        }
    }

    /** The gradient of a scalar function at {@code x}. */
    static float[] gradient(NDArray x, UnaryOperator<NDArray> loss) {
        x.setRequiresGradient(true);
        backward(() -> loss.apply(x));
        try (NDArray gradient = x.getGradient()) {
            return gradient.toFloatArray();
        }
    }

    static float[] floats(NDArray array) {
        return array.toDevice(Device.cpu(), false).toFloatArray();
    }

    static double[] doubles(NDArray array) {
        float[] values = floats(array);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    static double worst(double[] expected, double[] found) {
        if (expected.length != found.length) {
            throw new AssertionError("expected " + expected.length + " values, found " + found.length);
        }
        return IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs(expected[i] - found[i]))
                .max()
                .orElse(0);
    }
}
