package org.vivace.estimate;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.vivace.measure.ProcessorWatch;

/**
 * The same done again and again, until its time is known well enough.
 *
 * @param disturbed where other work held the processors in every one of them, so that no time can be believed
 */
record RepeatedTiming<T>(List<T> all, boolean disturbed) {

    private static final long ENOUGH_NANOS = 60_000_000L;
    private static final long PATIENCE_NANOS = 500_000_000L;
    private static final int FEWEST = 4;
    private static final int MOST = 200;

    /**
     * Leaves out the goes in which this thread had no processor: where an operation's threads are to share one with other
     * work, each waits for the other, and microseconds become as long as the scheduler's slices.
     */
    static <T> RepeatedTiming<T> timed(Device device, Supplier<T> go) {
        ProcessorWatch watch = ProcessorWatch.on(device);
        List<T> quiet = new ArrayList<>();
        List<T> disturbed = new ArrayList<>();
        long begin = System.nanoTime();
        long now = begin;
        while (quiet.size() + disturbed.size() < FEWEST
                || now - begin < PATIENCE_NANOS && !enough(FEWEST, quiet.size(), now - begin)) {
            watch.begin();
            T seen = go.get();
            (watch.disturbed() ? disturbed : quiet).add(seen);
            now = System.nanoTime();
        }
        return new RepeatedTiming<>(quiet.isEmpty() ? disturbed : quiet, quiet.isEmpty());
    }

    /** Of what is not a time, and more than {@code fewest} only where they take no time to speak of. */
    static <T> RepeatedTiming<T> atLeast(int fewest, Supplier<T> go) {
        List<T> all = new ArrayList<>();
        long begin = System.nanoTime();
        while (!enough(fewest, all.size(), System.nanoTime() - begin)) {
            all.add(go.get());
        }
        return new RepeatedTiming<>(all, false);
    }

    private static boolean enough(int fewest, int repetitions, long nanos) {
        return repetitions >= fewest && (repetitions >= MOST || nanos >= ENOUGH_NANOS);
    }

    /** The quarter of the goes that other work disturbed least ends here; a machine is seldom quiet for all of them. */
    double quartile(ToDoubleFunction<T> seconds) {
        return all.stream().mapToDouble(seconds).sorted().toArray()[all.size() / 4];
    }

    double median(ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).sorted().toArray()[all.size() / 2];
    }
}
