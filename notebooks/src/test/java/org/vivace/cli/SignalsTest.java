package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.vivace.jupyter.Signals;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill to send a signal with")
class SignalsTest {

    /** WINCH does nothing to a process that does not handle it, so nothing can go wrong here. */
    @Test
    void eachSignalComesWithItsNumber() throws Exception {
        LinkedBlockingQueue<Integer> came = new LinkedBlockingQueue<>();
        Signals.handle("WINCH", came::add);
        for (int i = 0; i < 2; i++) {
            String pid = Long.toString(ProcessHandle.current().pid());
            assertThat(new ProcessBuilder("kill", "-WINCH", pid).start().waitFor())
                    .isZero();
            assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo(28);
        }
    }

    @Test
    void oneThatCannotBeHandledIsRefused() {
        assertThatThrownBy(() -> Signals.handle("NONE", number -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a signal that this process may handle, got NONE: ");
    }

    /** As a shell starts what it runs in the background. */
    @Test
    void oneThatTheProcessWasStartedToIgnoreIsRefused() throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "trap '' INT; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ignoring.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.strip())
                .isEqualTo("expected a signal that this process may handle, got INT, which it was started to ignore:"
                        + " start it in the foreground");
    }

    static final class Ignoring {
        public static void main(String[] arguments) {
            try {
                Signals.handle("INT", number -> {});
                System.out.println("handled");
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
