package org.vivace.measure;

import ai.djl.Device;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Detects whether other processes took the processor: a thread that computes without waiting has a CPU time equal to
 * the wall-clock time, less the time in which it was not scheduled. A GPU's host thread waits anyway and never counts
 * as disturbed. Measures the thread that created it.
 */
public final class ProcessorWatch {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** A scheduler's time slice is some milliseconds; a shorter gap is not another process. */
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

    /** Starts the interval to watch. */
    public void begin() {
        wall = System.nanoTime();
        running = watched ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    /** Whether this thread was not scheduled for a considerable part of the time since {@link #begin}. */
    public boolean disturbed() {
        if (!watched) {
            return false;
        }
        long spent = System.nanoTime() - wall;
        long waited = spent - (THREADS.getCurrentThreadCpuTime() - running);
        return waited > SLICE_NANOS && waited > LARGEST_SHARE * spent;
    }
}
