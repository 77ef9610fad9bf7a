package org.vivace.trace;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Bytes that an operator must at least move: its operands once and its result once. A trace does not contain
 * precisions; what the operator took of memory for a result of known shape does, on the CPU. Where it took none, in
 * place or on a GPU, an element is assumed to have four bytes.
 */
final class OperatorBytes {

    private static final long ASSUMED = 4;

    private OperatorBytes() {}

    static OptionalLong of(TracedCall call, Optional<List<Long>> output) {
        OperatorKind kind = OperatorKind.of(call.name());
        if (kind == OperatorKind.VIEW) {
            return OptionalLong.of(0);
        }
        List<List<Long>> shapes = call.shapes();
        long inputs = shapes.stream()
                .filter(shape -> !shape.isEmpty())
                .mapToLong(Convolutions::elements)
                .sum();
        if (kind == OperatorKind.OTHER || (inputs == 0 && call.event.allocatedBytes() <= 0)) {
            return OptionalLong.empty();
        }
        boolean onEach = kind == OperatorKind.ELEMENTWISE || kind == OperatorKind.COPY;
        long result = output.map(Convolutions::elements).orElse(onEach ? OperatorFlops.largest(shapes) : 0L);
        long size = elementBytes(call.event.allocatedBytes(), result);
        long written = call.event.allocatedBytes() > 0 ? call.event.allocatedBytes() : size * result;
        return OptionalLong.of(size * inputs + written);
    }

    /** Two, four or eight, by what was taken for so many elements and perhaps a little beside them. */
    static long elementBytes(long allocated, long elements) {
        if (elements <= 0) {
            return ASSUMED;
        }
        double each = (double) allocated / elements;
        for (long size : new long[] {2, 4, 8}) {
            if (each > 0.99 * size && each < 1.4 * size) {
                return size;
            }
        }
        return ASSUMED;
    }
}
