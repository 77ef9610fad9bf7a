package org.vivace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vivace.bench.ChildProcesses;
import org.vivace.jupyter.Signals;

/**
 * Ctrl-C, or a request to terminate: at any moment, the command ends with one sentence on standard error and the exit
 * code 130, and leaves no process behind. Work inside {@link #keeping} ends early and keeps its results; any other work
 * gets a moment to clean up. A second signal ends the process at once.
 *
 * <p>This is a signal handler rather than a shutdown hook, because a JVM that is shutting down cannot draw plots.
 */
final class Interruption {

    /** 130, unless the launcher sets another, to distinguish it from a process ended by the signal itself. */
    static final int EXIT_CODE = Integer.getInteger("vivace.interrupted", 130);

    static final String ENDED = "expected the command to finish, got an interrupt: start it again";
    static final String KEPT =
            "expected the command to finish, got an interrupt and kept the results so far: start it again for the rest";

    private static final long GRACE_MILLIS = 2_000;
    private static final long LOOK_MILLIS = 5;

    /** The one of this process, if it runs a command. */
    private static volatile @Nullable Interruption ofThisProcess;

    private final Thread worker;
    private final ErrorOutput err;
    private int keeping;
    private boolean received;
    private boolean kept;
    private boolean finished;

    private Interruption(Thread worker, ErrorOutput err) {
        this.worker = worker;
        this.err = err;
    }

    /** Makes signals end the calling thread's work from now on. */
    static Interruption ofThisThread() {
        ErrorOutput err = new ErrorOutput(new FileOutputStream(FileDescriptor.err));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Interruption interruption = new Interruption(Thread.currentThread(), err);
        ofThisProcess = interruption;
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            try {
                Signals.handle(name, number -> interruption.receive());
            } catch (IllegalArgumentException e) {
                // The parent process made this one ignored, as nohup does, so it never arrives.
            }
        }
        return interruption;
    }

    /**
     * Runs work that ends early if its thread is interrupted and keeps its results, including writing them. Where no
     * signal can arrive, as in a cell, it just runs.
     */
    static <T> T keeping(Callable<T> work) throws Exception {
        Interruption interruption = ofThisProcess;
        if (interruption == null) {
            return work.call();
        }
        interruption.beginKeeping();
        try {
            return work.call();
        } finally {
            interruption.endKeeping();
        }
    }

    /**
     * Runs work that Ctrl-C must not interrupt, since a channel written from an interrupted thread is closed half-way:
     * in a separate thread, for whose end it always waits. Exceptions of the work are rethrown.
     */
    static <T> T shielded(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread worker = new Thread(
                () -> {
                    try {
                        result.complete(work.get());
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                },
                "writing");
        worker.start();
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Whether a signal arrived: then a failure is its consequence, and its sentence is printed elsewhere. */
    static boolean came() {
        Interruption interruption = ofThisProcess;
        if (interruption == null) {
            return false;
        }
        synchronized (interruption) {
            interruption.kept = false;
            return interruption.received;
        }
    }

    /** The exit code of a command that ended with this one; later signals do not change it. */
    synchronized int finish(int code) {
        finished = true;
        if (!received) {
            return code;
        }
        err.end(kept ? KEPT : ENDED);
        return EXIT_CODE;
    }

    private synchronized void beginKeeping() {
        if (received) {
            throw new CancellationException(ENDED);
        }
        keeping++;
    }

    private synchronized void endKeeping() {
        keeping--;
    }

    private void receive() {
        boolean again;
        boolean keeps;
        synchronized (this) {
            if (finished) {
                return;
            }
            again = received;
            keeps = keeping > 0;
            kept |= !again && keeps;
            received = true;
        }
        if (again) {
            err.end(ENDED);
            ChildProcesses.kill();
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        if (keeps) {
            interruptWhereItDoesNoHarm();
            return;
        }
        err.end(ENDED);
        worker.interrupt();
        ChildProcesses.end();
        try {
            worker.join(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(EXIT_CODE);
    }

    /** A class whose initializer is interrupted can never be used again, so this waits for it. */
    private void interruptWhereItDoesNoHarm() {
        try {
            while (initializes(worker)) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        worker.interrupt();
    }

    private static boolean initializes(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("<clinit>")) {
                return true;
            }
        }
        return false;
    }

    /** Standard error up to its last sentence: later output, caused by the end of the command, is dropped. */
    private static final class ErrorOutput extends FilterOutputStream {

        private boolean ended;

        ErrorOutput(OutputStream out) {
            super(out);
        }

        synchronized void end(String sentence) {
            if (ended) {
                return;
            }
            // Clears a progress bar.
            String begin = Boolean.getBoolean("vivace.terminal") ? "\r\u001b[K" : "";
            try {
                out.write((begin + "vivace: " + sentence + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("standard error could not be written: " + e.getMessage(), e);
            } finally {
                ended = true;
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int count) throws IOException {
            if (!ended) {
                out.write(bytes, from, count);
            }
        }

        @Override
        public synchronized void write(int each) throws IOException {
            if (!ended) {
                out.write(each);
            }
        }
    }
}
