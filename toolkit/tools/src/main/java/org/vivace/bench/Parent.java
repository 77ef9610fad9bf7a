package org.vivace.bench;

import java.util.concurrent.TimeUnit;

/** The process that started this one, the launcher or another JVM of ours. */
public final class Parent {

    private static final int KILLED = 137;

    private Parent() {}

    /**
     * Ends this process, with the code 137, and all it started within a second after its parent has ended, however that
     * was: killed, it could not tell. Only where {@code -Dvivace.parent} gives the process id of a parent that waits for
     * this process; without a number there nobody is watched.
     */
    public static void watch() {
        Long parent = Long.getLong("vivace.parent");
        if (parent == null) {
            return;
        }
        ProcessHandle handle = ProcessHandle.of(parent).orElse(null);
        Thread watch = new Thread(
                () -> {
                    while (handle != null && handle.isAlive()) {
                        try {
                            TimeUnit.MILLISECONDS.sleep(500);
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                    ChildProcesses.kill();
                    Runtime.getRuntime().halt(KILLED);
                },
                "watches the parent");
        watch.setDaemon(true);
        watch.start();
    }
}
