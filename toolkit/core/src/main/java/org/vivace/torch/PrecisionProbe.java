package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Whether a device multiplies matrices faster in low precision: measured, since flags and names go out of date. */
public final class PrecisionProbe {

    private static final int SIZE = 512;
    private static final int REPEATS = 12;
    private static final Map<String, Double> KNOWN = new ConcurrentHashMap<>();

    private PrecisionProbe() {}

    /**
     * The time of a matrix product in {@code precision} divided by its time in fp32, each the shortest of several:
     * below 1 the precision is native. Takes some ten milliseconds, once per process.
     */
    public static double relativeTime(Device device, Precision precision) {
        return KNOWN.computeIfAbsent(device + " " + precision, key -> measure(device, precision));
    }

    private static double measure(Device device, Precision precision) {
        double[] low = new double[REPEATS];
        double[] full = new double[REPEATS];
        try (NDManager manager = NDManager.newBaseManager(device);
                GradMode mode = GradMode.off()) {
            NDArray wide = manager.ones(new Shape(SIZE, SIZE));
            NDArray narrow = Cast.to(wide, precision);
            for (int i = -1; i < REPEATS; i++) {
                double fullTime = time(wide);
                double lowTime = time(narrow);
                if (i >= 0) { // the first round warms up
                    full[i] = fullTime;
                    low[i] = lowTime;
                }
            }
        }
        return Arrays.stream(low).min().orElseThrow()
                / Arrays.stream(full).min().orElseThrow();
    }

    private static double time(NDArray matrix) {
        long begin = System.nanoTime();
        try (NDArray product = matrix.matMul(matrix);
                NDArray wide = Cast.to(product, Precision.FLOAT32);
                NDArray corner = wide.get(0, 0)) {
            corner.getFloat(); // waits for the device
        }
        return System.nanoTime() - begin;
    }
}
