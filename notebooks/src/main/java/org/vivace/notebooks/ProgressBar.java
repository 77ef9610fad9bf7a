package org.vivace.notebooks;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;

/** A bar on a terminal's standard error that is drawn over and over on one line, and nothing where there is none. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final PrintWriter out;
    private final boolean shown;
    private long drawn;
    private String phase = "";

    private ProgressBar(PrintWriter out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    /** Draws to {@code out} if standard error is a terminal. */
    static ProgressBar on(PrintWriter out) {
        return new ProgressBar(out, isTerminal());
    }

    static ProgressBar always(PrintWriter out) {
        return new ProgressBar(out, true);
    }

    /**
     * @param share of the work that is done, in [0, 1]
     * @param left the time it will take to do the rest
     * @param doing what is being done, a few words; before a colon, the phase, whose change is always drawn
     */
    void show(double share, Duration left, String doing) {
        long now = System.nanoTime();
        String entered = doing.substring(0, Math.max(0, doing.indexOf(':')));
        if (!shown || drawn != 0 && now - drawn < REDRAW_NANOS && entered.equals(phase)) {
            return;
        }
        drawn = now;
        phase = entered;
        int full = (int) Math.round(Math.max(0, Math.min(1, share)) * WIDTH);
        long seconds = Math.max(0, left.toSeconds());
        String line = "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] "
                + String.format("%3.0f %%  %d:%02d left  ", 100 * share, seconds / 60, seconds % 60) + doing;
        out.print("\r\u001b[K" + line.substring(0, Math.min(line.length(), 79)));
        out.flush();
    }

    @Override
    public void close() {
        if (shown && drawn != 0) {
            out.print("\r\u001b[K");
            out.flush();
            drawn = 0;
        }
    }

    /** The launcher knows; without it, a JVM can only tell whether both of the other streams are a terminal. */
    private static boolean isTerminal() {
        String told = System.getProperty("vivace.terminal");
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        if (System.console() == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console object without a terminal too, and a method that tells them apart.
            return (boolean) System.console().getClass().getMethod("isTerminal").invoke(System.console());
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return Runtime.version().feature() < 22;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
