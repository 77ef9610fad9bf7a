package org.vivace.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Consumer;
import org.vivace.torch.GradMode;

/**
 * The highest rate at which a device was seen to move the arrays of elementwise operations, which do next to no
 * arithmetic: what an operation's own traffic is held against. Counted as the operation names it, each input read once
 * and each output written once.
 */
final class MemoryBandwidth {

    /** 64 MiB an array, beyond any cache of a CPU; a GPU's is smaller still. */
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

    /** Operations on one device are done in their order, so the last one's result tells that all are. */
    private static void waitFor(NDArray array) {
        try (NDArray first = array.get(0)) {
            first.getFloat();
        }
    }
}
