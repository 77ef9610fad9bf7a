package org.vivace.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Consumer;
import org.vivace.torch.GradMode;

/**
 * The highest measured memory bandwidth of elementwise operations, which do almost no arithmetic: the reference for an
 * operation's own traffic. Each input counts as read once and each output as written once.
 */
final class MemoryBandwidth {

    /** 64 MiB per array, larger than the caches of a CPU or GPU. */
    private static final int ELEMENTS = 1 << 24;

    private static final long NANOS_PER_OPERATION = 300_000_000L;

    private MemoryBandwidth() {}

    /** 10^9 bytes a second, measured in less than a second. */
    static double measure(BestRate rates) {
        try (NDManager manager = NDManager.newBaseManager(rates.device());
                GradMode off = GradMode.off()) {
            NDArray one = manager.ones(new Shape(ELEMENTS));
            NDArray other = manager.ones(new Shape(ELEMENTS));
            double adding = best(rates, one, 3, array -> array.add(other).close());
            double inPlace = best(rates, one, 3, array -> array.addi(other));
            double scaling = best(rates, one, 2, array -> array.neg().close());
            return Math.max(adding, Math.max(inPlace, scaling));
        }
    }

    private static double best(BestRate rates, NDArray array, int arraysMoved, Consumer<NDArray> operation) {
        double bytes = (double) arraysMoved * ELEMENTS * Float.BYTES;
        operation.accept(array);
        waitFor(array);
        return rates.of(bytes, NANOS_PER_OPERATION, () -> {
            operation.accept(array);
            waitFor(array);
        });
    }

    /** Operations on one device run in order, so when the last one's result is there, all are done. */
    private static void waitFor(NDArray array) {
        try (NDArray first = array.get(0)) {
            first.getFloat();
        }
    }
}
