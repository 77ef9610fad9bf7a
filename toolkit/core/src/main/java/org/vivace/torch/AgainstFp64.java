package org.vivace.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Compares an operation in fp32 or half precision with the same in fp64: its output and its arguments' gradients. */
final class AgainstFp64 {

    private static final Device CPU = Device.cpu();

    /** The operation to compare; its outputs have the type of its inputs. */
    @FunctionalInterface
    interface Operation extends Function<NDList, NDList> {}

    private AgainstFp64() {}

    static double error(Operation operation, Precision precision, boolean recording, boolean last, long[]... shapes) {
        return error(operation, operation, precision, recording, last, shapes);
    }

    /**
     * @param recording whether gradients are computed, and compared with those in fp64
     * @param last whether arrays with four axes are channels-last
     */
    static double error(
            Operation operation,
            Operation reference,
            Precision precision,
            boolean recording,
            boolean last,
            long[]... shapes) {
        List<double[]> expected = results(reference, DataType.FLOAT64, Precision.FLOAT32, recording, false, shapes);
        List<double[]> found;
        try {
            found = results(operation, DataType.FLOAT32, precision, recording, last, shapes);
        } catch (EngineException e) {
            // The machine does not have the operator at all; DJL throws when it runs.
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            worst = worse(worst, distance(found.get(i), expected.get(i)));
        }
        return worst;
    }

    private static List<double[]> results(
            Operation operation,
            DataType type,
            Precision precision,
            boolean recording,
            boolean last,
            long[]... shapes) {
        List<double[]> results = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(CPU, "PyTorch")) {
            NDList arrays = new NDList();
            for (int i = 0; i < shapes.length; i++) {
                NDArray array = manager.create(numbers(i, shapes[i]), new Shape(shapes[i]))
                        .toType(type, false);
                if (last && shapes[i].length == 4) {
                    MemoryFormat.CHANNELS_LAST.applyTo(array);
                }
                arrays.add(array);
            }
            if (!recording) {
                try (GradMode off = GradMode.off()) {
                    fillFreedMemoryWithNaN(manager);
                    results.add(values(forward(operation, arrays, precision)));
                }
                return results;
            }
            arrays.forEach(array -> array.setRequiresGradient(true));
            try (GradMode on = GradMode.on()) {
                fillFreedMemoryWithNaN(manager);
                NDArray result = forward(operation, arrays, precision);
                results.add(values(result));
                NDArray gradient = manager.create(numbers(99, result.getShape().getShape()), result.getShape())
                        .toType(type, false);
                fillFreedMemoryWithNaN(manager);
                Autograd.backward(result, gradient, false);
            }
            for (NDArray array : arrays) {
                results.add(values(array.getGradient()));
            }
        }
        return results;
    }

    private static NDArray forward(Operation operation, NDList arrays, Precision precision) {
        if (precision == Precision.FLOAT32) {
            return operation.apply(arrays).head();
        }
        try (Autocast scope = Autocast.enter(CPU, precision)) {
            return Cast.toFloat32(operation.apply(arrays)).head();
        }
    }

    /** Leaves NaN in freed memory that the next operation is likely to get. */
    private static void fillFreedMemoryWithNaN(NDManager manager) {
        List<NDArray> arrays = new ArrayList<>();
        for (int size = 1 << 8; size < 1 << 17; size *= 2) {
            arrays.add(manager.full(new Shape(size), Float.NaN, DataType.FLOAT32));
            arrays.add(manager.full(new Shape(size + size / 3), Float.NaN, DataType.FLOAT32));
        }
        arrays.forEach(NDArray::close);
    }

    private static float[] numbers(int salt, long... shape) {
        Random random = new Random(salt);
        float[] numbers = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (0.5 * random.nextGaussian());
        }
        return numbers;
    }

    private static double[] values(NDArray array) {
        return array.toType(DataType.FLOAT64, false).toDoubleArray();
    }

    static double distance(double[] found, double[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (found[i] - expected[i]) * (found[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        return Math.sqrt(difference / size);
    }

    /** The larger one; NaN counts as larger than any number. */
    static double worse(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
    }
}
