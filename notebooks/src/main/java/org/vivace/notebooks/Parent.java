package org.vivace.notebooks;

import java.util.concurrent.TimeUnit;

/** The process that started this one, the launcher or another JVM of ours. */
public final class Parent {

    private static final int KILLED = 137;

    private Parent() {}

    /**
     * Ends this process and all it started within a second after its parent has ended, however that was: killed, it could
     * not tell. Only where {@code -Dvivace.parent} gives the process id of a parent that waits for this process.
     */
    public static void watch() {
        Long parent = Long.getLong("vivace.parent");
        if (parent == null) {
            return;
        }
        Thread watch = new Thread(
                () -> {
                    while (isParent(parent)) {
                        try {
                            TimeUnit.MILLISECONDS.sleep(500);
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                    Children.kill();
                    Runtime.getRuntime().halt(KILLED);
                },
                "watches the parent");
        watch.setDaemon(true);
        watch.start();
    }

    /** Whoever has lost its parent is given another one. */
    private static boolean isParent(long process) {
        return ProcessHandle.current()
                .parent()
                .map(parent -> parent.pid() == process)
                .orElse(false);
    }
}
