package org.vivace.bench;

import java.util.concurrent.TimeUnit;

/** The process that started this one: the launcher or another JVM of this project. */
public final class Parent {

    private static final int KILLED = 137;

    private Parent() {}

    /**
     * Ends this process, with exit code 137, and its children within a second after its parent has ended: a killed
     * parent cannot end them itself. Only if {@code -Dvivace.parent} is the process id of a parent that waits for this
     * process; otherwise does nothing.
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
