package org.vivace.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.vivace.torch.GradMode;

/** The overhead of an operation before it computes anything: the JNI call, the dispatch, a small result's memory. */
final class OperationCost {

    private static final int OPERATIONS = 500;
    private static final int ROUNDS = 9;
    private static final int ROUNDS_OF_WARMUP = 3;

    private OperationCost() {}

    /**
     * Microseconds of the host for one operation on 16 elements, the median of a few rounds of many operations, without
     * disturbed ones. On a GPU operations are enqueued faster than they run only until its queue is full, which these
     * do not fill.
     */
    static double measure(BestRate rates) {
        List<Double> all = new ArrayList<>();
        List<Double> quiet = new ArrayList<>();
        ProcessorWatch watch = ProcessorWatch.on(rates.device());
        try (NDManager manager = NDManager.newBaseManager(rates.device());
                GradMode off = GradMode.off()) {
            NDArray small = manager.ones(new Shape(16));
            for (int round = -ROUNDS_OF_WARMUP; round < ROUNDS; round++) {
                watch.begin();
                long begin = System.nanoTime();
                for (int i = 0; i < OPERATIONS; i++) {
                    small.neg().close();
                }
                double micros = (System.nanoTime() - begin) / 1e3 / OPERATIONS;
                if (round >= 0) {
                    all.add(micros);
                    if (!watch.disturbed()) {
                        quiet.add(micros);
                    }
                }
            }
        }
        if (quiet.isEmpty()) {
            rates.disturb();
        }
        return Statistics.median((quiet.isEmpty() ? all : quiet)
                .stream().mapToDouble(Double::doubleValue).toArray());
    }
}
