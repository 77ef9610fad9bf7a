package org.vivace.trace;

import java.util.Arrays;
import java.util.List;

/** Made-up traces. */
final class Traces {

    private Traces() {}

    static TraceEvent event(String name, double start, double micros, long[]... shapes) {
        return new TraceEvent(name, start, micros, 1, shapes(shapes), 0);
    }

    static TraceEvent took(TraceEvent event, long bytes) {
        return new TraceEvent(event.name(), event.startMicros(), event.micros(), event.thread(), event.shapes(), bytes);
    }

    static TraceEvent onThread(long thread, TraceEvent event) {
        return new TraceEvent(
                event.name(), event.startMicros(), event.micros(), thread, event.shapes(), event.allocatedBytes());
    }

    static long[] shape(long... sizes) {
        return sizes;
    }

    /** The first of these events with what it calls. */
    static TracedCall call(TraceEvent... events) {
        return TracedCall.nest(Arrays.asList(events)).get(0);
    }

    private static List<List<Long>> shapes(long[]... shapes) {
        return Arrays.stream(shapes)
                .map(shape -> Arrays.stream(shape).boxed().toList())
                .toList();
    }
}
