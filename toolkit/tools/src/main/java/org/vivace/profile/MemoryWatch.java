package org.vivace.profile;

import ai.djl.ndarray.NDList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.vivace.trace.StepPhase;

/** Reads the memory in use at each border of a step, around each block, and from a thread every few milliseconds. */
final class MemoryWatch implements TrainerStep.PhaseWatch, WatchedBlocks.Watch, AutoCloseable {

    private static final long EVERY_NANOS = 2_000_000;

    private final LongSupplier memory;
    private final List<MemoryProfile.Moment> points = new ArrayList<>();
    private final Deque<StepPhase> open = new ArrayDeque<>();
    private final Deque<Long> atEntry = new ArrayDeque<>();
    private final Deque<Long> inside = new ArrayDeque<>();
    private final long[] bytes;
    private final long[] ownBytes;
    private final Thread sampler;
    private final long begin = System.nanoTime();
    private volatile boolean ended;
    private long forwardFrom;
    private long forwardTo;

    /**
     * Begins with the step.
     *
     * @param atBorders bytes in use, read in the step
     * @param between the same, read by another thread while the step runs
     */
    MemoryWatch(LongSupplier atBorders, LongSupplier between, int blocks) {
        memory = atBorders;
        bytes = new long[blocks];
        ownBytes = new long[blocks];
        record(memory.getAsLong());
        sampler = new Thread(() -> sample(between), "vivace-memory");
        sampler.setDaemon(true);
        sampler.start();
    }

    private void sample(LongSupplier between) {
        while (!ended) {
            LockSupport.parkNanos(EVERY_NANOS);
            if (!ended) {
                record(between.getAsLong());
            }
        }
    }

    private synchronized void record(long now) {
        StepPhase phase = open.isEmpty() ? StepPhase.REST : open.peek();
        points.add(new MemoryProfile.Moment((System.nanoTime() - begin) / 1e6, now, phase.key()));
    }

    @Override
    public End in(StepPhase phase) {
        long before = memory.getAsLong();
        record(before);
        synchronized (this) {
            open.push(phase);
        }
        if (phase == StepPhase.FORWARD) {
            forwardFrom = before;
        }
        return () -> {
            long after = memory.getAsLong();
            record(after);
            synchronized (this) {
                open.pop();
            }
            if (phase == StepPhase.FORWARD) {
                forwardTo = after;
            }
        };
    }

    @Override
    public NDList enter(int block, NDList inputs) {
        atEntry.push(memory.getAsLong());
        inside.push(0L);
        return inputs;
    }

    @Override
    public NDList leave(int block, NDList inputs, NDList outputs) {
        long grown = memory.getAsLong() - atEntry.pop();
        bytes[block] += grown;
        ownBytes[block] += grown - inside.pop();
        if (!inside.isEmpty()) {
            inside.push(inside.pop() + grown);
        }
        return outputs;
    }

    @Override
    public void fail(int block) {
        atEntry.clear();
        inside.clear();
    }

    /** Ends the sampling. */
    @Override
    public void close() {
        ended = true;
        boolean interrupted = false;
        while (sampler.isAlive()) {
            try {
                sampler.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** In the order of time; available after {@link #close}. */
    List<MemoryProfile.Moment> points() {
        return points.stream()
                .sorted(Comparator.comparingDouble(MemoryProfile.Moment::millis))
                .toList();
    }

    MemoryProfile.Moment peak() {
        return points.stream()
                .max(Comparator.comparingLong(MemoryProfile.Moment::bytes))
                .orElseThrow();
    }

    long held() {
        return points().get(0).bytes();
    }

    long activations() {
        return forwardTo - forwardFrom;
    }

    long activations(int block) {
        return bytes[block];
    }

    /** The block that by itself leaves the most allocated; empty where none leaves anything. */
    Optional<Integer> largest() {
        return IntStream.range(0, ownBytes.length)
                .filter(block -> ownBytes[block] > 0)
                .boxed()
                .max(Comparator.comparingLong(block -> ownBytes[block]));
    }
}
