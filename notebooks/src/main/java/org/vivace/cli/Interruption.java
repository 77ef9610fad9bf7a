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
 * Ctrl-C, or a request to terminate: the command ends with one sentence on standard error and the exit code 130, at
 * whatever moment it comes, and nothing that it started is left behind. What ends early and keeps what it has says so by
 * {@link #keeping} and comes to its end; anything else is given a moment to tidy up. A second one ends the process at
 * once.
 *
 * <p>A signal and not a shutdown hook, because in a JVM that is shutting down no plot can be drawn any more.
 */
final class Interruption {

    /** 130, unless the launcher wants to tell it from a process that the signal itself has ended. */
    static final int EXIT_CODE = Integer.getInteger("vivace.interrupted", 130);

    static final String ENDED = "expected to come to the end, got an interrupt: start it again";
    static final String KEPT =
            "expected to come to the end, got an interrupt and kept what was found by then: start it again for the rest";

    private static final long GRACE_MILLIS = 2_000;
    private static final long LOOK_MILLIS = 5;

    /** That of this process, if it is a command's. */
    private static volatile @Nullable Interruption ofThisProcess;

    private final Thread worker;
    private final Spoken err;
    private int keeping;
    private boolean received;
    private boolean kept;
    private boolean finished;

    private Interruption(Thread worker, Spoken err) {
        this.worker = worker;
        this.err = err;
    }

    /** Has signals end what the calling thread does from now on. */
    static Interruption ofThisThread() {
        Spoken err = new Spoken(new FileOutputStream(FileDescriptor.err));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Interruption interruption = new Interruption(Thread.currentThread(), err);
        ofThisProcess = interruption;
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            try {
                Signals.handle(name, number -> interruption.receive());
            } catch (IllegalArgumentException e) {
                // The parent process had this one ignored, as nohup does, so it cannot come.
            }
        }
        return interruption;
    }

    /**
     * Does work that ends early where its thread is interrupted and keeps what it has, writing included. Where no signal
     * can come, as in a cell, it is just done.
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
     * Does work that Ctrl-C must not reach, since a channel that is written from an interrupted thread closes half-way: in
     * a thread of its own, for whose end it waits whatever comes. Exceptions of the work come through.
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

    /** Tells an interrupt's consequence from a failure: whether a signal came, whose sentence is said elsewhere. */
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

    /** The exit code of a command that has come to its end with this one; no signal changes it afterwards. */
    synchronized int finish(int code) {
        finished = true;
        if (!received) {
            return code;
        }
        err.lastly(kept ? KEPT : ENDED);
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
            err.lastly(ENDED);
            ChildProcesses.kill();
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        if (keeps) {
            interruptWhereItDoesNoHarm();
            return;
        }
        err.lastly(ENDED);
        worker.interrupt();
        ChildProcesses.end();
        try {
            worker.join(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(EXIT_CODE);
    }

    /** A class whose initialiser is interrupted is lost for good, and with it what it was to write. */
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

    /** Standard error up to its last sentence: what the command's end makes anybody say after it is dropped. */
    private static final class Spoken extends FilterOutputStream {

        private boolean ended;

        Spoken(OutputStream out) {
            super(out);
        }

        synchronized void lastly(String sentence) {
            if (ended) {
                return;
            }
            // Where a bar is drawn, it gives way.
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
