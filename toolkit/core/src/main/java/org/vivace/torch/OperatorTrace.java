package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A scope in which libtorch records every operator that this thread runs, and those of the backward passes that it
 * starts, with its time, the shapes of its tensors and its memory on the CPU.
 *
 * <p>It uses libtorch's older profiler, the one that DJL can call. On a GPU the times are the host's, which only queues
 * the work. Operators of other threads are not recorded, such as a data set's loading threads or a second device's.
 */
public final class OperatorTrace implements AutoCloseable {

    private static final ThreadLocal<OperatorTrace> OPEN = new ThreadLocal<>();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9 :/._-]+");

    private static final String ENTER = "vivace_enter";
    private static final String LEAVE = "vivace_leave";

    private static final Script SCRIPT = Script.of("OperatorTrace", """
            def vivace_enter(self, name: str) -> __torch__.torch.classes.profiler._RecordFunction:
              return ops.profiler._record_function_enter_new(name, None)
            def vivace_leave(self, range: __torch__.torch.classes.profiler._RecordFunction) -> int:
              _0 = ops.profiler._record_function_exit(range)
              return 0
            """);

    private final Thread thread = Thread.currentThread();
    private final Path file;
    private boolean running;

    private OperatorTrace(Path file) {
        this.file = file;
    }

    /**
     * Starts recording.
     *
     * @throws IllegalStateException if libtorch's profiler is already on, on this thread
     */
    public static OperatorTrace start() {
        Engine.getEngine("PyTorch");
        if (OPEN.get() != null) {
            throw alreadyOn("a trace that is open", null);
        }
        readyRanges();
        OperatorTrace trace = new OperatorTrace(temporaryFile());
        try {
            trace.running = true;
            JniUtils.startProfile(false, true, true);
        } catch (EngineException e) {
            trace.running = false;
            trace.delete();
            throw alreadyOn("libtorch's message \"" + e.getMessage() + "\"", e);
        }
        OPEN.set(trace);
        return trace;
    }

    /** Whether a trace is open on this thread. */
    public static boolean recording() {
        return OPEN.get() != null;
    }

    /**
     * Stops recording.
     *
     * @return a JSON array of Chrome trace events, in a file that exists until {@link #close}
     * @throws IllegalStateException on another thread than the one it was started on, which libtorch does not allow
     */
    public Path stop() {
        if (running) {
            if (Thread.currentThread() != thread) {
                throw new IllegalStateException("an operator trace must be stopped on thread " + thread.getName()
                        + ", where it was started, got "
                        + Thread.currentThread().getName()
                        + ": start and stop it around the steps on one thread");
            }
            running = false;
            OPEN.remove();
            JniUtils.stopProfile(file.toString());
        }
        return file;
    }

    /** Stops recording if it has not stopped, and deletes the file. */
    @Override
    public void close() {
        try {
            stop();
        } finally {
            if (!running) {
                delete();
            }
        }
    }

    /** A named range of a trace. */
    public static final class Range implements AutoCloseable {

        private @Nullable IValue handle;

        private Range(@Nullable IValue handle) {
            this.handle = handle;
        }

        @Override
        public void close() {
            if (handle != null) {
                try (IValue open = handle) {
                    handle = null;
                    SCRIPT.object(LEAVE, open).close();
                }
            }
        }
    }

    /**
     * Opens a range in this thread's open trace; without one, it does nothing. Takes about 10 µs.
     *
     * @param name letters, digits, spaces and {@code : / . _ -}, since libtorch writes it into JSON as it is
     */
    public static Range range(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a range's name must be of letters, digits, spaces and : / . _ -, got \""
                    + name + "\": keep a table from such names to your own");
        }
        return new Range(recording() ? SCRIPT.object(ENTER, name) : null);
    }

    /** Whether an event of a trace comes from the ranges themselves, or from TorchScript reading its defaults. */
    public static boolean ofRanges(String event) {
        return event.equals(ENTER) || event.equals(LEAVE) || event.equals("defaults");
    }

    /** A script's first calls load and compile it, for a tenth of a second, which must not be part of a trace. */
    private static void readyRanges() {
        for (int call = 0; call < 3; call++) {
            new Range(SCRIPT.object(ENTER, "ready")).close();
        }
    }

    private static IllegalStateException alreadyOn(String found, @Nullable Exception cause) {
        return new IllegalStateException(
                "an operator trace must be the only one on its thread, found " + found + " on thread "
                        + Thread.currentThread().getName() + ": stop that one first",
                cause);
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("vivace-operators-", ".json");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "an operator trace needs a temporary file, found none could be made: make room in "
                            + System.getProperty("java.io.tmpdir"),
                    e);
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("an operator trace's temporary file " + file + " must be deletable", e);
        }
    }
}
