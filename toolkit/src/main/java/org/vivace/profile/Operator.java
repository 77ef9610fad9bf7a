package org.vivace.profile;

import java.util.OptionalLong;

/**
 * An operator that ran, where it belongs and what it did.
 *
 * <p>The calls that an operator makes to do its own work are part of it: its time is in {@code selfMicros} whole, and
 * theirs are zero, as are their FLOPs and bytes. So each of these sums over all operators to the total.
 *
 * @param caller the index of the operator that called it, or -1
 * @param selfMicros its time less that of the operators it called which count by themselves
 * @param block the path of the block it ran in, or, in a backward pass, whose gradient it computed; empty outside of blocks
 * @param flops floating-point operations, two for a multiply-add; nothing where the trace does not tell
 * @param bytes that it must at least move; nothing where the trace does not tell
 */
public record Operator(
        TraceEvent event,
        int caller,
        double selfMicros,
        Part phase,
        String block,
        OperatorKind kind,
        OptionalLong flops,
        OptionalLong bytes) {

    public String name() {
        return event.name();
    }

    double endMicros() {
        return event.endMicros();
    }
}
