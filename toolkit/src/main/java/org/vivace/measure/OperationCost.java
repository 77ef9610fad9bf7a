package org.vivace.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.vivace.torch.GradMode;

/** What an operation costs before it computes anything: the call through JNI, the dispatch, a small result's memory. */
final class OperationCost {

    private static final int OPERATIONS = 500;
    private static final int ROUNDS = 9;
    private static final int ROUNDS_OF_WARMUP = 3;

    private OperationCost() {}

    /**
     * Microseconds of the host for one operation on 16 elements, the median of a few rounds of many operations. On a GPU
     * operations are begun faster than they are done only until its queue is full, which that many do not fill.
     */
    static double measure(Device device) {
        double[] micros = new double[ROUNDS];
        try (NDManager manager = NDManager.newBaseManager(device);
                GradMode off = GradMode.off()) {
            NDArray small = manager.ones(new Shape(16));
            for (int round = -ROUNDS_OF_WARMUP; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                for (int i = 0; i < OPERATIONS; i++) {
                    small.neg().close();
                }
                if (round >= 0) {
                    micros[round] = (System.nanoTime() - begin) / 1e3 / OPERATIONS;
                }
            }
        }
        Arrays.sort(micros);
        return micros[ROUNDS / 2];
    }
}
