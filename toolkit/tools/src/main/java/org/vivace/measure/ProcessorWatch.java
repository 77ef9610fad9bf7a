package org.vivace.measure;

import ai.djl.Device;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Whether other work held the processors: a thread that computes and waits for nothing runs for as long as a clock on the
 * wall says, but for the time in which it is not let. A GPU's thread waits by nature and is never said to be disturbed.
 * For the thread that made it.
 */
public final class ProcessorWatch {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** A scheduler's slice is some milliseconds; less than one is no other process. */
    private static final long SLICE_NANOS = 1_000_000L;

    private static final double LARGEST_SHARE = 0.3;

    private final boolean watched;
    private long wall;
    private long running;

    private ProcessorWatch(boolean watched) {
        this.watched = watched;
    }

    /** @param device that is computed on */
    public static ProcessorWatch on(Device device) {
        return new ProcessorWatch(!device.isGpu() && THREADS.isCurrentThreadCpuTimeSupported());
    }

    /** From here on. */
    public void begin() {
        wall = System.nanoTime();
        running = watched ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    /** Whether this thread had no processor for a good part of the time since {@link #begin}. */
    public boolean disturbed() {
        if (!watched) {
            return false;
        }
        long spent = System.nanoTime() - wall;
        long waited = spent - (THREADS.getCurrentThreadCpuTime() - running);
        return waited > SLICE_NANOS && waited > LARGEST_SHARE * spent;
    }
}
