package org.vivace.estimate;

import ai.djl.Device;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The same done again and again, until its time is known well enough.
 *
 * @param disturbed where other work held the processors in every one of them, so that no time can be believed
 */
record Goes<T>(List<T> all, boolean disturbed) {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final long ENOUGH_NANOS = 60_000_000L;
    private static final long PATIENCE_NANOS = 500_000_000L;
    private static final int FEWEST = 4;
    private static final int MOST = 200;

    /** A scheduler's slice is some milliseconds; less than one is no other process. */
    private static final long SLICE_NANOS = 1_000_000L;

    private static final double LARGEST_SHARE = 0.3;

    /**
     * Leaves out the goes in which this thread had no processor: where an operation's threads are to share one with other
     * work, each waits for the other, and microseconds become as long as the scheduler's slices. A GPU's thread waits by
     * nature and is not looked at.
     */
    static <T> Goes<T> timed(Device device, Supplier<T> go) {
        boolean watched = !device.isGpu() && THREADS.isCurrentThreadCpuTimeSupported();
        List<T> quiet = new ArrayList<>();
        List<T> disturbed = new ArrayList<>();
        long begin = System.nanoTime();
        long now = begin;
        while (quiet.size() + disturbed.size() < FEWEST
                || now - begin < PATIENCE_NANOS && !enough(FEWEST, quiet.size(), now - begin)) {
            long running = watched ? THREADS.getCurrentThreadCpuTime() : 0;
            long before = now;
            T seen = go.get();
            now = System.nanoTime();
            long waited = watched ? now - before - (THREADS.getCurrentThreadCpuTime() - running) : 0;
            boolean other = waited > SLICE_NANOS && waited > LARGEST_SHARE * (now - before);
            (other ? disturbed : quiet).add(seen);
        }
        return new Goes<>(quiet.isEmpty() ? disturbed : quiet, quiet.isEmpty());
    }

    /** Of what is not a time, and more than {@code fewest} only where they take no time to speak of. */
    static <T> Goes<T> atLeast(int fewest, Supplier<T> go) {
        List<T> all = new ArrayList<>();
        long begin = System.nanoTime();
        while (!enough(fewest, all.size(), System.nanoTime() - begin)) {
            all.add(go.get());
        }
        return new Goes<>(all, false);
    }

    private static boolean enough(int fewest, int goes, long nanos) {
        return goes >= fewest && (goes >= MOST || nanos >= ENOUGH_NANOS);
    }

    /** The quarter of the goes that other work disturbed least ends here; a machine is seldom quiet for all of them. */
    double quartile(ToDoubleFunction<T> seconds) {
        return all.stream().mapToDouble(seconds).sorted().toArray()[all.size() / 4];
    }

    double median(ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).sorted().toArray()[all.size() / 2];
    }
}
