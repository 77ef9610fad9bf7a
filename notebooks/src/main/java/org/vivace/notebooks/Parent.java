package org.vivace.notebooks;

import java.util.concurrent.TimeUnit;

/** The process that started this one, the launcher or another JVM of ours. */
public final class Parent {

    private static final int KILLED = 137;

    private Parent() {}

    /**
     * Ends this process and all it started within a second after its parent has ended, however that was: killed, it could
     * not tell. Only where {@code -Dvivace.parent=true} says that the parent waits for this process.
     */
    public static void watch() {
        if (!Boolean.getBoolean("vivace.parent")) {
            return;
        }
        ProcessHandle parent = ProcessHandle.current().parent().orElse(null);
        Thread watch = new Thread(
                () -> {
                    while (parent != null && parent.isAlive()) {
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
}
