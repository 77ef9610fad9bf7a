package org.vivace.estimate;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.vivace.measure.ProcessorWatch;

/**
 * Repeated timings of the same work, until its time is known well enough.
 *
 * @param disturbed whether other processes disturbed every repetition, so that no time can be trusted
 */
record RepeatedTiming<T>(List<T> all, boolean disturbed) {

    private static final long ENOUGH_NANOS = 60_000_000L;
    private static final long PATIENCE_NANOS = 500_000_000L;
    private static final int FEWEST = 4;
    private static final int MOST = 200;

    /**
     * Discards repetitions in which this thread was not scheduled: if an operation's threads share a processor with
     * other processes, they wait for each other, and microseconds become as long as the scheduler's time slices.
     */
    static <T> RepeatedTiming<T> timed(Device device, Supplier<T> repetition) {
        ProcessorWatch watch = ProcessorWatch.on(device);
        List<T> quiet = new ArrayList<>();
        List<T> disturbed = new ArrayList<>();
        long begin = System.nanoTime();
        long now = begin;
        while (quiet.size() + disturbed.size() < FEWEST
                || now - begin < PATIENCE_NANOS && !enough(FEWEST, quiet.size(), now - begin)) {
            watch.begin();
            T seen = repetition.get();
            (watch.disturbed() ? disturbed : quiet).add(seen);
            now = System.nanoTime();
        }
        return new RepeatedTiming<>(quiet.isEmpty() ? disturbed : quiet, quiet.isEmpty());
    }

    /** For values other than times; more than {@code fewest} repetitions only if they are very short. */
    static <T> RepeatedTiming<T> atLeast(int fewest, Supplier<T> repetition) {
        List<T> all = new ArrayList<>();
        long begin = System.nanoTime();
        while (!enough(fewest, all.size(), System.nanoTime() - begin)) {
            all.add(repetition.get());
        }
        return new RepeatedTiming<>(all, false);
    }

    private static boolean enough(int fewest, int repetitions, long nanos) {
        return repetitions >= fewest && (repetitions >= MOST || nanos >= ENOUGH_NANOS);
    }

    /** The first quartile, of the least disturbed repetitions; a machine is seldom quiet for all of them. */
    double quartile(ToDoubleFunction<T> seconds) {
        return all.stream().mapToDouble(seconds).sorted().toArray()[all.size() / 4];
    }

    double median(ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).sorted().toArray()[all.size() / 2];
    }
}
