package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final StringWriter screen = new StringWriter();

    @Test
    void isOneLineThatFitsATerminalAndGoesAway() {
        try (ProgressBar bar = ProgressBar.always(new PrintWriter(screen))) {
            bar.show(0.5, Duration.ofSeconds(75), "timing: a recipe whose name is longer than the terminal is wide");
            assertThat(screen.toString())
                    .isEqualTo(
                            "\r\u001b[K[###############...............]  50 %  1:15 left  timing: a recipe whose name ");
        }
        assertThat(screen.toString()).endsWith("\r\u001b[K");
    }

    @Test
    void isNotDrawnMoreOftenThanAnyoneCanSee() {
        ProgressBar bar = ProgressBar.always(new PrintWriter(screen));
        bar.show(0, Duration.ZERO, "");
        int once = screen.toString().length();
        bar.show(1, Duration.ZERO, "");
        assertThat(screen.toString()).hasSize(once);
    }

    @Test
    void aNewPhaseIsDrawnAtOnce() {
        ProgressBar bar = ProgressBar.always(new PrintWriter(screen));
        bar.show(1, Duration.ZERO, "timing: the recipe");
        bar.show(0, Duration.ZERO, "memory: plain DJL");
        assertThat(screen.toString()).contains("memory: plain DJL");
    }

    @Test
    void isNothingWhereThereIsNoTerminal() {
        String before = System.getProperty("vivace.terminal");
        System.setProperty("vivace.terminal", "false");
        try (ProgressBar bar = ProgressBar.on(new PrintWriter(screen))) {
            bar.show(0.5, Duration.ZERO, "timing");
        } finally {
            if (before == null) {
                System.clearProperty("vivace.terminal");
            } else {
                System.setProperty("vivace.terminal", before);
            }
        }
        assertThat(screen.toString()).isEmpty();
    }

    @Test
    void belowACellItIsOnePlaceThatEndsInHowLongItTook() {
        List<String> calls = new ArrayList<>();
        CellDisplay display = new CellDisplay() {
            @Override
            public void show(String id, String text) {
                calls.add("show " + text);
            }

            @Override
            public void update(String id, String text) {
                calls.add("update " + text);
            }
        };
        try (ProgressBar bar = ProgressBar.in(display)) {
            bar.show(0, Duration.ofSeconds(3), "warm-up: a");
            for (int i = 0; i < 1000; i++) {
                bar.show(0.1, Duration.ofSeconds(3), "warm-up: b");
            }
            bar.show(0.5, Duration.ofSeconds(2), "timing: a");
        }
        assertThat(calls)
                .startsWith("show [..............................]   0 %  0:03 left  warm-up: a")
                .contains("update [###############...............]  50 %  0:02 left  timing: a");
        assertThat(calls).hasSizeLessThan(100);
        assertThat(calls.get(calls.size() - 1)).matches("update took \\d+\\.\\d s");
        calls.clear();
        ProgressBar.in(display).close();
        assertThat(calls).as("nothing where nothing was shown").isEmpty();
    }
}
