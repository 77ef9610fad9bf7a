package org.vivace.trace;

import java.util.List;
import java.util.OptionalLong;

/**
 * An operator that ran, where it belongs and what it did.
 *
 * <p>The calls that an operator makes to do its own work are part of it: its time is in {@code selfMicros} whole, and
 * theirs are zero, as are their FLOPs and bytes. So each of these sums over all operators to the total.
 *
 * @param caller the index of the operator that called it, or -1
 * @param selfMicros its time less that of the operators it called which count by themselves
 * @param block the path of the block it ran in, or, in a backward pass, whose gradient it computed; empty outside of
 * blocks
 * @param flops floating-point operations, two for a multiply-add; empty where the trace does not contain them
 * @param bytes that it must at least move; empty where the trace does not contain them
 */
public record Operator(
        TraceEvent event,
        int caller,
        double selfMicros,
        StepPhase phase,
        String block,
        OperatorKind kind,
        OptionalLong flops,
        OptionalLong bytes) {

    public String name() {
        return event.name();
    }

    /**
     * Of its multiply-adds alone, two for each: a bias that a product or a convolution adds is not counted. 0 where it
     * is neither of them nor attention, and where the trace does not contain it.
     */
    public long productFlops() {
        List<List<Long>> shapes = event.shapes();
        return switch (kind) {
            case MATRIX_PRODUCT ->
                OutputShape.addends(OutputShape.plain(name())) == 1
                                && shapes.size() > 1
                                && !shapes.get(1).isEmpty()
                        ? withoutAddend(shapes.get(1).get(shapes.get(1).size() - 1))
                        : flops.orElse(0);
            case CONVOLUTION ->
                !name().contains("backward")
                                && shapes.size() > 2
                                && !shapes.get(2).isEmpty()
                        ? withoutAddend(Convolutions.perElement(shapes.get(1)))
                        : flops.orElse(0);
            case ATTENTION -> flops.orElse(0);
            case ELEMENTWISE, COPY, VIEW, OTHER -> 0;
        };
    }

    /** @param each multiply-adds for an element of the result, to which one addition comes */
    private long withoutAddend(long each) {
        long all = flops.orElse(0);
        return all % (2 * each + 1) == 0 ? all / (2 * each + 1) * 2 * each : all;
    }

    /** Elements of what its operands broadcast to, or of the largest where they do not, as with a norm's weights. */
    public long elements() {
        return OperatorFlops.largest(event.shapes());
    }

    double endMicros() {
        return event.endMicros();
    }
}
