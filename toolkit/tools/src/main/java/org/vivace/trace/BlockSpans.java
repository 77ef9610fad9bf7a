package org.vivace.trace;

import java.util.ArrayList;
import java.util.List;

/** The stretches of time of blocks: their forward passes by the ranges, their backward passes by the nodes. */
final class BlockSpans {

    private BlockSpans() {}

    static List<BlockSpan> of(Attribution attribution) {
        List<BlockSpan> spans = new ArrayList<>();
        List<TracedCall> calls = attribution.calls();
        int next = 0;
        for (TraceEvent range : attribution.blocks()) {
            while (next < calls.size() && calls.get(next).event.startMicros() < range.startMicros()) {
                next++;
            }
            boolean again =
                    next < calls.size() && calls.get(next).within(range) && calls.get(next).phase == StepPhase.BACKWARD;
            spans.add(new BlockSpan(
                    attribution.path(range),
                    again ? StepPhase.BACKWARD : StepPhase.FORWARD,
                    range.startMicros(),
                    range.micros()));
        }
        backward(calls.stream().filter(call -> call.parent == null).toList(), spans);
        return spans;
    }

    /** Nodes of one block that run one after the other make one span. */
    private static void backward(List<TracedCall> top, List<BlockSpan> spans) {
        for (int i = 0; i < top.size(); ) {
            TracedCall first = top.get(i);
            int end = i + 1;
            if (BackwardNodes.isNode(first) && !first.block.isEmpty()) {
                while (end < top.size()
                        && BackwardNodes.isNode(top.get(end))
                        && top.get(end).block.equals(first.block)) {
                    end++;
                }
                double micros = top.get(end - 1).event.endMicros() - first.event.startMicros();
                spans.add(new BlockSpan(first.block, StepPhase.BACKWARD, first.event.startMicros(), micros));
            }
            i = end;
        }
    }
}
