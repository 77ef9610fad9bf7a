package org.vivace.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event at its place among the others: what called it, and what it called. */
final class TracedCall {

    final TraceEvent event;
    /** Null where nothing recorded called it. */
    final @Nullable TracedCall parent;

    final List<TracedCall> children = new ArrayList<>();
    StepPhase phase = StepPhase.REST;
    String block = "";

    private TracedCall(TraceEvent event, @Nullable TracedCall parent) {
        this.event = event;
        this.parent = parent;
    }

    /**
     * All events, callers before what they call, by their beginnings. Events of one thread nest by their times; the file
     * has them by their ends, which decides where two have the same time.
     */
    static List<TracedCall> nest(List<TraceEvent> events) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble((Integer i) -> events.get(i).startMicros())
                .thenComparing(
                        Comparator.comparingDouble((Integer i) -> events.get(i).micros())
                                .reversed())
                .thenComparing(Comparator.reverseOrder()));
        List<TracedCall> calls = new ArrayList<>();
        java.util.Map<Long, TracedCall> innermost = new java.util.HashMap<>();
        for (int index : order) {
            TraceEvent event = events.get(index);
            TracedCall caller = innermost.get(event.thread());
            while (caller != null && caller.event.endMicros() <= event.startMicros()) {
                caller = caller.parent;
            }
            TracedCall call = new TracedCall(event, caller);
            if (caller != null) {
                caller.children.add(call);
            }
            innermost.put(event.thread(), call);
            calls.add(call);
        }
        return calls;
    }

    String name() {
        return event.name();
    }

    /**
     * The shapes of its arguments. TorchScript's interpreter hands an operator its whole stack, of which the arguments are
     * the last: those are taken to be the last tensors that stand together.
     */
    List<List<Long>> shapes() {
        List<List<Long>> shapes = event.shapes();
        if (parent == null || !OperatorKind.isScript(parent)) {
            return shapes;
        }
        int end = shapes.size();
        while (end > 0 && shapes.get(end - 1).isEmpty()) {
            end--;
        }
        int begin = end;
        while (begin > 0 && !shapes.get(begin - 1).isEmpty()) {
            begin--;
        }
        return shapes.subList(begin, end);
    }

    /** Time that is in none of the calls it made. */
    double selfMicros() {
        double self = event.micros();
        for (TracedCall child : children) {
            self -= Math.min(child.event.endMicros(), event.endMicros()) - child.event.startMicros();
        }
        return Math.max(0, self);
    }

    boolean within(TraceEvent range) {
        return event.thread() == range.thread()
                && event.startMicros() >= range.startMicros()
                && event.startMicros() < range.endMicros();
    }
}
