package org.vivace.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts calls into blocks and phases, by the ranges that stand in the trace and by the order of what runs. */
final class Attribution {

    static final String BLOCK = "vivace:block:";
    static final String PHASE = "vivace:phase:";

    /** What an optimizer takes of the gradients and makes for its state before it changes the first weight. */
    private static final List<String> PREPARING =
            List.of("aten::clone", "aten::detach", "aten::alias", "aten::zeros", "aten::zeros_like");

    private final List<TracedCall> calls;
    private final List<String> paths;
    private final List<TraceEvent> blocks;
    private final List<TraceEvent> roots = new ArrayList<>();
    private final Map<TracedCall, List<Long>> gradients = new IdentityHashMap<>();
    private BackwardMatch match = BackwardMatch.NONE;

    private Attribution(List<TraceEvent> events, List<String> paths) {
        this.paths = paths;
        calls = TracedCall.nest(events.stream().filter(event -> !isRange(event)).toList());
        blocks = ranges(events, BLOCK).filter(this::isKnown).toList();
        double end = Double.NEGATIVE_INFINITY;
        for (TraceEvent range : blocks) {
            if (range.startMicros() >= end && !path(range).contains("/")) {
                roots.add(range);
                end = range.endMicros();
            }
        }
    }

    /** @param paths the blocks' paths by the numbers that their ranges carry */
    static Attribution of(List<TraceEvent> events, List<String> paths) {
        Attribution attribution = new Attribution(events, paths);
        attribution.attribute(events);
        return attribution;
    }

    static boolean isRange(TraceEvent event) {
        return event.name().startsWith(BLOCK) || event.name().startsWith(PHASE);
    }

    List<TracedCall> calls() {
        return calls;
    }

    BackwardMatch match() {
        return match;
    }

    /** The ranges of blocks, outer before inner. */
    List<TraceEvent> blocks() {
        return blocks;
    }

    /** A trace that is read again later has ranges whose paths are gone. */
    private boolean isKnown(TraceEvent range) {
        String number = range.name().substring(BLOCK.length());
        return number.matches("\\d{1,9}") && Integer.parseInt(number) < paths.size();
    }

    String path(TraceEvent range) {
        return paths.get(Integer.parseInt(range.name().substring(BLOCK.length())));
    }

    /** The shapes of the gradients of results, by the operators that gave these. */
    Map<TracedCall, List<Long>> gradients() {
        return gradients;
    }

    private void attribute(List<TraceEvent> events) {
        within(blocks, (call, range) -> call.block = path(range));
        List<TraceEvent> steps = new ArrayList<>(roots);
        double begin = Double.NEGATIVE_INFINITY;
        for (int i = 0; i <= steps.size(); i++) {
            double end = i < steps.size() ? steps.get(i).startMicros() : Double.POSITIVE_INFINITY;
            @Nullable TraceEvent root = i == 0 ? null : steps.get(i - 1);
            double from = begin;
            step(
                    calls.stream()
                            .filter(call -> starts(call) >= from && starts(call) < end)
                            .toList(),
                    root);
            begin = end;
        }
        within(
                ranges(events, PHASE).toList(),
                (call, range) -> call.phase = StepPhase.valueOf(range.name().substring(PHASE.length())));
    }

    /** One step, from the beginning of a forward pass to that of the next. */
    private void step(List<TracedCall> step, @Nullable TraceEvent root) {
        List<TracedCall> nodes = step.stream().filter(BackwardNodes::isNode).toList();
        double first = nodes.isEmpty() ? Double.POSITIVE_INFINITY : starts(nodes.get(0));
        double last =
                nodes.stream().mapToDouble(node -> node.event.endMicros()).max().orElse(first);
        double forwardEnd = root != null ? root.endMicros() : roots.isEmpty() ? first : Double.NEGATIVE_INFINITY;
        for (TracedCall call : step) {
            if (starts(call) < forwardEnd && (root != null || !nodes.isEmpty())) {
                call.phase = StepPhase.FORWARD;
            } else if (!nodes.isEmpty() && starts(call) < first) {
                call.phase = StepPhase.LOSS;
            } else if (starts(call) >= first && starts(call) < last) {
                call.phase = StepPhase.BACKWARD;
            }
        }
        if (!nodes.isEmpty()) {
            optimizer(step.stream().filter(call -> starts(call) >= last).toList());
            backward(step, nodes);
        }
    }

    /** From the first call that changes arrays in place, with what prepares it, to the last one. */
    private static void optimizer(List<TracedCall> after) {
        List<TracedCall> top =
                after.stream().filter(call -> call.parent == null).toList();
        int first = 0;
        while (first < top.size() && !OperatorKind.updates(top.get(first))) {
            first++;
        }
        int last = top.size() - 1;
        while (last > first && !OperatorKind.updates(top.get(last))) {
            last--;
        }
        if (first == top.size()) {
            return;
        }
        while (first > 0 && PREPARING.contains(top.get(first - 1).name())) {
            first--;
        }
        double begin = starts(top.get(first));
        double end = top.get(last).event.endMicros();
        after.stream()
                .filter(call -> starts(call) >= begin && starts(call) < end)
                .forEach(call -> call.phase = StepPhase.OPTIMIZER);
    }

    /** Nodes with other work between them are of different passes, as where a checkpointed block runs again. */
    private void backward(List<TracedCall> step, List<TracedCall> nodes) {
        List<TracedCall> forward = new ArrayList<>();
        List<TracedCall> pass = new ArrayList<>();
        for (TracedCall call : step) {
            if (BackwardNodes.isNode(call)) {
                pass.add(call);
            } else if (!belongsToNode(call)) {
                if (!pass.isEmpty()) {
                    endPass(pass, forward);
                    pass = new ArrayList<>();
                }
                forward.add(call);
            }
            if (pass.size() > 0 && call == nodes.get(nodes.size() - 1)) {
                endPass(pass, forward);
                return;
            }
        }
    }

    private void endPass(List<TracedCall> pass, List<TracedCall> forward) {
        match = match.plus(BackwardNodes.attribute(pass, forward, gradients));
        forward.removeIf(gradients::containsKey);
    }

    private static boolean belongsToNode(TracedCall call) {
        for (TracedCall caller = call.parent; caller != null; caller = caller.parent) {
            if (BackwardNodes.isNode(caller)) {
                return true;
            }
        }
        return false;
    }

    /** Tells of each call the innermost range that it is in; ranges nest and are of one thread. */
    private void within(List<TraceEvent> ranges, BiConsumer<TracedCall, TraceEvent> found) {
        Deque<TraceEvent> open = new ArrayDeque<>();
        int next = 0;
        for (TracedCall call : calls) {
            while (next < ranges.size() && ranges.get(next).startMicros() <= starts(call)) {
                TraceEvent range = ranges.get(next++);
                closeUntil(open, range.startMicros());
                open.push(range);
            }
            closeUntil(open, starts(call));
            if (!open.isEmpty() && call.within(open.peek())) {
                found.accept(call, open.peek());
            }
        }
    }

    private static void closeUntil(Deque<TraceEvent> open, double time) {
        while (!open.isEmpty() && open.peek().endMicros() <= time) {
            open.pop();
        }
    }

    private static Stream<TraceEvent> ranges(List<TraceEvent> events, String prefix) {
        return events.stream()
                .filter(event -> event.name().startsWith(prefix))
                .sorted(Comparator.comparingDouble(TraceEvent::startMicros));
    }

    private static double starts(TracedCall call) {
        return call.event.startMicros();
    }
}
