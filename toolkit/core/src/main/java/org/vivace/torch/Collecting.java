package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtGradientCollector;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one gradient collector that DJL allows per process at a time. If failed code, such as a notebook's cell, has left
 * one open, nothing else could train until the process ends; this class closes it.
 */
public final class Collecting {

    private static final Logger LOGGER = LoggerFactory.getLogger(Collecting.class);
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long PAUSE_MILLIS = 5;
    private static final AtomicBoolean OPEN = djlsFlag();

    /** The thread of the open collector, if it was opened here; guarded by this class. */
    private static @Nullable Thread owner;

    private Collecting() {}

    /** Opens DJL's own collector like {@link #open(Supplier)}. */
    public static GradientCollector open() {
        return open(() -> Engine.getEngine("PyTorch").newGradientCollector());
    }

    /**
     * Opens a collector. Waits up to ten seconds for a training in another thread to end its step, for example after an
     * interrupt. A collector that no thread uses any more is closed, with a warning.
     *
     * @param djl opens it
     * @throws IllegalStateException if the other training is still running after that
     */
    public static GradientCollector open(Supplier<GradientCollector> djl) {
        return open(djl, PATIENCE_NANOS);
    }

    static GradientCollector open(Supplier<GradientCollector> djl, long patienceNanos) {
        Optional<GradientCollector> opened = tried(djl);
        for (long begin = System.nanoTime(); opened.isEmpty(); opened = tried(djl)) {
            if (System.nanoTime() - begin > patienceNanos) {
                throw new IllegalStateException("expected no other training in this process, found one in another"
                        + " thread: wait until it has ended, or interrupt it");
            }
            pause();
        }
        return opened.get();
    }

    /** Makes sure that code can open its own collector; waits and closes like {@link #open(Supplier)}. */
    public static void makeFree() {
        if (OPEN.get()) {
            open().close();
        }
    }

    /** Empty if another thread is using one. */
    private static synchronized Optional<GradientCollector> tried(Supplier<GradientCollector> djl) {
        if (OPEN.get()) {
            if (owner != null && owner != Thread.currentThread() && atWork(owner)) {
                return Optional.empty();
            }
            LOGGER.warn("a gradient collector was still open, as code that failed leaves it: it is closed now; open"
                    + " collectors in a try with resources");
            OPEN.set(false);
            // It had turned recording on; the next collector would take that as the state to restore.
            JniUtils.setGradMode(false);
        }
        GradientCollector collector = djl.get();
        owner = Thread.currentThread();
        return Optional.of(new GradientCollector() {
            @Override
            public void backward(NDArray target) {
                collector.backward(target);
            }

            @Override
            public void zeroGradients() {
                collector.zeroGradients();
            }

            @Override
            public void close() {
                end(collector);
            }
        });
    }

    private static synchronized void end(GradientCollector collector) {
        collector.close();
        owner = null;
    }

    /** A notebook keeps the threads of its earlier cells, so it is not enough that the thread is alive. */
    private static boolean atWork(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::getClassName)
                .anyMatch(name -> name.startsWith("org.vivace.") || name.startsWith("ai.djl."));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "expected to wait for another training's step, was interrupted: start again", e);
        }
    }

    /** Private in DJL, without a getter or a way to reset it. */
    private static AtomicBoolean djlsFlag() {
        try {
            Field flag = PtGradientCollector.class.getDeclaredField("isCollecting");
            flag.setAccessible(true);
            return (AtomicBoolean) flag.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "expected DJL's PyTorch engine 0.36, found one whose collector has no isCollecting: use 0.36.0", e);
        }
    }
}
