package org.vivace.trace;

import java.util.List;

/**
 * One event of a trace, as libtorch wrote it down.
 *
 * @param startMicros since the recording began
 * @param micros from its beginning to its end, what it called included
 * @param thread libtorch's number of the thread
 * @param shapes one for each argument, empty for a tensor without axes and for everything that is no tensor
 * @param allocatedBytes taken on the CPU during the event less what was freed, to three digits; 0 on a GPU
 */
public record TraceEvent(
        String name, double startMicros, double micros, long thread, List<List<Long>> shapes, long allocatedBytes) {

    double endMicros() {
        return startMicros + micros;
    }
}
