package org.vivace.notebooks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as an interrupt of the thread that works, and time for it to write what it has. The JVM then ends with 130, as
 * after any Ctrl-C.
 */
final class Interruption {

    private static final long PATIENCE_SECONDS = 120;

    private final CountDownLatch ended = new CountDownLatch(1);

    private Interruption() {}

    static Interruption ofThisThread() {
        Interruption interruption = new Interruption();
        Thread worker = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interruption.onShutdown(worker), "interruption"));
        return interruption;
    }

    /** To be called before {@code System.exit}, which would otherwise wait for the work of the thread that calls it. */
    void workEnded() {
        ended.countDown();
    }

    private void onShutdown(Thread worker) {
        if (ended.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("vivace: the step under way did not end in " + PATIENCE_SECONDS
                        + " seconds, so nothing more was written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
