package org.vivace.bench;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The processes that this one has started, and those that they have started. */
public final class ChildProcesses {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_MILLIS = 20;

    private ChildProcesses() {}

    /** Asks all to end, and after a while no longer asks; returns when there are none. */
    public static void end() {
        // One whose parent has ended is nobody's descendant any more, so each is remembered.
        Set<ProcessHandle> asked = new LinkedHashSet<>();
        long limit = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            ProcessHandle.current().descendants().filter(asked::add).forEach(ProcessHandle::destroy);
            if (asked.stream().noneMatch(ProcessHandle::isAlive)) {
                return;
            }
            if (System.nanoTime() - limit > 0) {
                asked.forEach(ProcessHandle::destroyForcibly);
                kill();
                return;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                asked.forEach(ProcessHandle::destroyForcibly);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Ends all without asking. */
    public static void kill() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
}
