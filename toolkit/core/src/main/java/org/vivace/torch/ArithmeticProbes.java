package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Compares operators of DJL with themselves in fp64, forward and backward, on memory that is full of NaN. The arrays
 * are small, since faults show at small sizes, and drawn from a seed.
 */
final class ArithmeticProbes {

    static final double FP32 = 1e-5;
    static final double HALF = 3e-2;

    /** With a smaller batch and one thread, libtorch does not use oneDNN. */
    private static final long BATCH = 16;

    /**
     * @param operator the operator that it checks, with its precision
     * @param tolerance largest relative Euclidean error that counts as right
     * @param error the relative Euclidean error found, of the worst of the operator's results; NaN for a missing number
     */
    record Probe(String operator, double tolerance, DoubleSupplier error) {

        double worst() {
            double found = error.getAsDouble();
            return Double.isNaN(found) ? Double.POSITIVE_INFINITY : found;
        }
    }

    /** The shape of a convolution: total input and output channels, sides of the kernel, groups, stride. */
    record Convolved(long inputs, long outputs, long[] kernel, int groups, long stride) {

        static Convolved of(long inputs, long outputs, long side) {
            return new Convolved(inputs, outputs, new long[] {side, side}, 1, 1);
        }
    }

    private static final List<Convolved> CONVOLUTIONS = List.of(
            Convolved.of(1, 16, 3),
            Convolved.of(3, 24, 3),
            Convolved.of(24, 16, 3),
            Convolved.of(16, 5, 3),
            Convolved.of(24, 33, 1),
            Convolved.of(33, 1, 3),
            Convolved.of(32, 16, 3),
            new Convolved(20, 40, new long[] {3, 3}, 20, 1),
            new Convolved(24, 24, new long[] {3, 3}, 24, 2),
            new Convolved(20, 24, new long[] {3}, 1, 1));

    private ArithmeticProbes() {}

    static List<Probe> all() {
        List<Probe> probes = new ArrayList<>();
        // Half precision needs libtorch's functions by their mangled names.
        List<Precision> precisions = LibTorch.reachable() ? List.of(Precision.values()) : List.of(Precision.FLOAT32);
        for (Precision precision : precisions) {
            double tolerance = tolerance(precision);
            probes.add(new Probe("convolution in " + precision, tolerance, () -> convolutions(precision, tolerance)));
            probes.add(new Probe("LSTM while recording in " + precision, tolerance, () -> lstm(precision, true)));
            probes.add(new Probe("LSTM in " + precision, tolerance, () -> lstm(precision, false)));
            probes.add(new Probe("matrix product in " + precision, tolerance, () -> product(precision)));
            // The other operators are libtorch's own code, the same for both half precisions.
            if (precision != Precision.FLOAT16) {
                probes.add(new Probe("batch norm in " + precision, tolerance, () -> batchNorm(precision)));
                probes.add(new Probe("layer norm in " + precision, tolerance, () -> layerNorm(precision)));
                probes.add(new Probe("attention in " + precision, tolerance, () -> attention(precision)));
            }
        }
        probes.add(new Probe("GRU in fp32", FP32, () -> gated(true)));
        probes.add(new Probe("RNN in fp32", FP32, () -> gated(false)));
        return probes;
    }

    static double tolerance(Precision precision) {
        return precision == Precision.FLOAT32 ? FP32 : HALF;
    }

    /** Stops at the first wrong one, since the others would add nothing. */
    private static double convolutions(Precision precision, double tolerance) {
        double worst = 0;
        for (Convolved shape : CONVOLUTIONS) {
            worst = AgainstFp64.worse(worst, convolution(shape, precision));
            if (!(worst <= tolerance)) {
                break;
            }
        }
        return worst;
    }

    /** The worst error of the output and the gradients, contiguous and channels-last. */
    static double convolution(Convolved shape, Precision precision) {
        int axes = shape.kernel().length;
        long[] weight = new long[axes + 2];
        weight[0] = shape.outputs();
        weight[1] = shape.inputs() / shape.groups();
        long[] ones = new long[axes];
        long[] strides = new long[axes];
        long[] padding = new long[axes];
        for (int i = 0; i < axes; i++) {
            weight[i + 2] = shape.kernel()[i];
            ones[i] = 1;
            strides[i] = shape.stride();
            padding[i] = shape.kernel()[i] / 2;
        }
        AgainstFp64.Operation convolve = arrays -> arrays.get(0)
                .getNDArrayInternal()
                .convolution(
                        arrays.get(0),
                        arrays.get(1),
                        arrays.get(2),
                        new Shape(strides),
                        new Shape(padding),
                        new Shape(ones),
                        shape.groups());
        long[] image = new long[axes + 2];
        Arrays.fill(image, 6);
        image[0] = BATCH;
        image[1] = shape.inputs();
        long[] bias = {shape.outputs()};
        double contiguous = AgainstFp64.error(convolve, precision, true, false, image, weight, bias);
        return axes == 2
                ? AgainstFp64.worse(contiguous, AgainstFp64.error(convolve, precision, true, true, image, weight, bias))
                : contiguous;
    }

    private static double lstm(Precision precision, boolean recording) {
        double worst = 0;
        for (long[] sizes : new long[][] {{3, 16}, {5, 7}, {16, 40}}) {
            AgainstFp64.Operation lstm = arrays -> arrays.get(0)
                    .getNDArrayInternal()
                    .lstm(
                            arrays.get(0),
                            new NDList(arrays.get(1), arrays.get(2)),
                            new NDList(arrays.subNDList(3)),
                            true,
                            1,
                            0,
                            false,
                            false,
                            true);
            long[][] shapes = recurrent(sizes[0], sizes[1], 4, 2);
            worst = AgainstFp64.worse(worst, AgainstFp64.error(lstm, precision, recording, false, shapes));
        }
        return worst;
    }

    private static double gated(boolean gru) {
        AgainstFp64.Operation operation = arrays -> {
            NDList parameters = new NDList(arrays.subNDList(2));
            return gru
                    ? arrays.get(0)
                            .getNDArrayInternal()
                            .gru(arrays.get(0), arrays.get(1), parameters, true, 1, 0, false, false, true)
                    : arrays.get(0)
                            .getNDArrayInternal()
                            .rnn(
                                    arrays.get(0),
                                    arrays.get(1),
                                    parameters,
                                    true,
                                    1,
                                    RNN.Activation.TANH,
                                    0,
                                    false,
                                    false,
                                    true);
        };
        long[][] shapes = recurrent(5, 16, gru ? 3 : 1, 1);
        return AgainstFp64.worse(
                AgainstFp64.error(operation, Precision.FLOAT32, true, false, shapes),
                AgainstFp64.error(operation, Precision.FLOAT32, false, false, shapes));
    }

    /** (batch, time, inputs), the states, the weights and the biases. */
    private static long[][] recurrent(long inputs, long hidden, long gates, int states) {
        List<long[]> shapes = new ArrayList<>();
        shapes.add(new long[] {4, 5, inputs});
        for (int i = 0; i < states; i++) {
            shapes.add(new long[] {1, 4, hidden});
        }
        shapes.add(new long[] {gates * hidden, inputs});
        shapes.add(new long[] {gates * hidden, hidden});
        shapes.add(new long[] {gates * hidden});
        shapes.add(new long[] {gates * hidden});
        return shapes.toArray(long[][]::new);
    }

    private static double product(Precision precision) {
        AgainstFp64.Operation product = arrays -> new NDList(arrays.get(0).matMul(arrays.get(1)));
        double worst = 0;
        for (long[] size : new long[][] {{5, 7, 3}, {33, 17, 65}, {64, 96, 32}, {1, 31, 1}}) {
            worst = AgainstFp64.worse(
                    worst,
                    AgainstFp64.error(
                            product, precision, true, false, new long[] {size[0], size[1]}, new long[] {size[1], size[2]
                            }));
            worst = AgainstFp64.worse(
                    worst,
                    AgainstFp64.error(product, precision, true, false, new long[] {3, size[0], size[1]}, new long[] {
                        3, size[1], size[2]
                    }));
        }
        return worst;
    }

    private static double batchNorm(Precision precision) {
        double worst = 0;
        for (long channels : new long[] {5, 24}) {
            for (boolean last : new boolean[] {false, true}) {
                AgainstFp64.Operation norm = arrays -> {
                    NDManager manager = arrays.head().getManager();
                    DataType type = arrays.get(1).getDataType();
                    NDArray mean = manager.zeros(new Shape(channels), type);
                    NDArray variance = manager.ones(new Shape(channels), type);
                    return arrays.get(0)
                            .getNDArrayInternal()
                            .batchNorm(
                                    arrays.get(0), mean, variance, arrays.get(1), arrays.get(2), 1, 0.9f, 1e-5f, true);
                };
                long[][] shapes = {{6, channels, 5, 5}, {channels}, {channels}};
                worst = AgainstFp64.worse(worst, AgainstFp64.error(norm, precision, true, last, shapes));
            }
        }
        return worst;
    }

    private static double layerNorm(Precision precision) {
        AgainstFp64.Operation norm = arrays -> arrays.get(0)
                .getNDArrayInternal()
                .layerNorm(arrays.get(0), new Shape(37), arrays.get(1), arrays.get(2), 1e-5f);
        return AgainstFp64.error(norm, precision, true, false, new long[] {4, 6, 37}, new long[] {37}, new long[] {37});
    }

    /** The fused operator against the product, softmax and product that it replaces. */
    private static double attention(Precision precision) {
        long[] shape = {2, 3, 19, 8};
        AgainstFp64.Operation fused =
                arrays -> new NDList(Attention.full(arrays.get(0), arrays.get(1), arrays.get(2), 0));
        AgainstFp64.Operation parts = arrays -> {
            NDArray scores =
                    arrays.get(0).matMul(arrays.get(1).transpose(0, 1, 3, 2)).div(Math.sqrt(shape[3]));
            return new NDList(scores.softmax(-1).matMul(arrays.get(2)));
        };
        return AgainstFp64.worse(
                AgainstFp64.error(fused, parts, precision, true, false, shape, shape, shape),
                AgainstFp64.error(parts, parts, precision, true, false, shape, shape, shape));
    }

    /** Loads the engine, which everything here needs. */
    static void load() {
        Engine.getEngine("PyTorch");
    }
}
