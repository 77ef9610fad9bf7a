package org.vivace.notebooks;

import java.util.OptionalInt;

/**
 * Ctrl-C, or a request to terminate, as an interrupt of the thread that works, so that it ends its step and writes what
 * it has. A second one ends the process at once.
 *
 * <p>A signal and not a shutdown hook, because in a JVM that is shutting down no plot can be drawn any more.
 */
final class Interruption {

    private static final int OFFSET = 128;

    private final Thread worker;
    private volatile Integer received;

    private Interruption(Thread worker) {
        this.worker = worker;
    }

    /** Turns signals into interrupts of the calling thread. */
    static Interruption ofThisThread() {
        Interruption interruption = new Interruption(Thread.currentThread());
        for (String name : new String[] {"INT", "TERM"}) {
            try {
                Signals.handle(name, interruption::receive);
            } catch (IllegalArgumentException e) {
                // The parent process had this one ignored, as nohup does, so it cannot come.
            }
        }
        return interruption;
    }

    /** The exit code that tells of the signal, where one came: 130 after Ctrl-C. */
    OptionalInt exitCode() {
        return received == null ? OptionalInt.empty() : OptionalInt.of(OFFSET + received);
    }

    private void receive(int signal) {
        if (received != null) {
            Runtime.getRuntime().halt(OFFSET + signal);
        }
        received = signal;
        worker.interrupt();
    }
}
