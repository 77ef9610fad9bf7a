package org.vivace.profile;

import java.util.ArrayList;
import java.util.List;
import org.vivace.measure.Statistics;

/** The own time of each block in each step. */
final class BlockNanos {

    private final List<long[]> steps = new ArrayList<>();
    private long[] current;

    BlockNanos(int blocks) {
        current = new long[blocks];
    }

    void add(int block, long nanos) {
        current[block] += nanos;
    }

    void endStep() {
        steps.add(current);
        current = new long[current.length];
    }

    int steps() {
        return steps.size();
    }

    /** Median milliseconds in a step of several blocks together: of one, its own time; of a subtree, all of its root's. */
    double millis(List<Integer> blocks) {
        return Statistics.median(steps.stream()
                .mapToDouble(
                        step -> blocks.stream().mapToLong(block -> step[block]).sum() / 1e6)
                .toArray());
    }
}
