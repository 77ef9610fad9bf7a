package org.vivace.bench;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vivace.measure.Figures;

/**
 * A progress bar redrawn in place: on a line of a terminal's standard error, or below a notebook's cell. Without either
 * it draws nothing.
 */
public final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;

    /** Where the bar is drawn, and how often. */
    private interface Place {

        long redrawNanos();

        void draw(String line);

        void clear(Duration shown);
    }

    /** The notebook's display, if this process is a kernel. */
    private static volatile @Nullable CellDisplay cell;

    private final Optional<Place> place;
    private long begun;
    private long drawn;
    private String phase = "";

    private ProgressBar(Optional<Place> place) {
        this.place = place;
    }

    /** In the notebook's cell if this process runs one, else on a terminal. */
    public static ProgressBar here() {
        return on(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }

    /** As {@link #here}; the terminal is drawn on through {@code out}, if standard error is one. */
    public static ProgressBar on(PrintWriter out) {
        return Optional.ofNullable(cell)
                .map(ProgressBar::in)
                .orElseGet(() -> isTerminal() ? always(out) : new ProgressBar(Optional.empty()));
    }

    /** Draws bars below the notebook's cells from now on; a kernel calls this when it starts. */
    public static void drawInCells(CellDisplay display) {
        cell = display;
    }

    public static ProgressBar always(PrintWriter out) {
        return new ProgressBar(Optional.of(new Terminal(out)));
    }

    /** Below the running cell, where the time taken remains when the work is done. */
    public static ProgressBar in(CellDisplay display) {
        return new ProgressBar(Optional.of(new Cell(display, UUID.randomUUID().toString())));
    }

    /**
     * @param share of the work that is done, in [0, 1]
     * @param left the remaining time
     * @param doing the current work in a few words; the phase, whose change is always drawn, precedes a colon
     */
    public void show(double share, Duration left, String doing) {
        place.ifPresent(on -> show(on, share, left, doing));
    }

    private void show(Place on, double share, Duration left, String doing) {
        long now = System.nanoTime();
        String entered = doing.substring(0, Math.max(0, doing.indexOf(':')));
        if (drawn != 0 && now - drawn < on.redrawNanos() && entered.equals(phase)) {
            return;
        }
        begun = drawn == 0 ? now : begun;
        drawn = now;
        phase = entered;
        int full = (int) Math.round(Math.max(0, Math.min(1, share)) * WIDTH);
        long seconds = Math.max(0, left.toSeconds());
        String line = "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] "
                + String.format(Locale.ROOT, "%3.0f %%  %d:%02d left  ", 100 * share, seconds / 60, seconds % 60)
                + doing;
        on.draw(line.substring(0, Math.min(line.length(), 79)));
    }

    @Override
    public void close() {
        if (drawn != 0) {
            Duration shown = Duration.ofNanos(System.nanoTime() - begun);
            place.ifPresent(on -> on.clear(shown));
            drawn = 0;
        }
    }

    private record Terminal(PrintWriter out) implements Place {

        @Override
        public long redrawNanos() {
            return 100_000_000L;
        }

        @Override
        public void draw(String line) {
            out.print("\r\u001b[K" + line);
            out.flush();
        }

        @Override
        public void clear(Duration shown) {
            draw("");
        }
    }

    private static final class Cell implements Place {

        private final CellDisplay display;
        private final String id;
        private boolean there;

        Cell(CellDisplay display, String id) {
            this.display = display;
            this.id = id;
        }

        @Override
        public long redrawNanos() {
            return 250_000_000L;
        }

        @Override
        public void draw(String line) {
            if (there) {
                display.update(id, line);
            } else {
                display.show(id, line);
            }
            there = true;
        }

        @Override
        public void clear(Duration shown) {
            draw("took " + Figures.fixed(shown.toMillis() / 1e3, 1) + " s");
        }
    }

    /** Given by the launcher; without it, a JVM only knows whether both other streams are a terminal. */
    private static boolean isTerminal() {
        String setting = System.getProperty("vivace.terminal");
        if (setting != null) {
            return Boolean.parseBoolean(setting);
        }
        if (System.console() == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console object even without a terminal, and a method that tells whether it is
            // one.
            return (boolean) System.console().getClass().getMethod("isTerminal").invoke(System.console());
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return Runtime.version().feature() < 22;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
