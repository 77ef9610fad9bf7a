package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.JavaProcess;

class LibTorchTest {

    /** The first to want libtorch in its process, on a thread that is interrupted. */
    static final class Interrupted {

        private Interrupted() {}

        @SuppressWarnings("SystemOut") // the way to speak with the process that started this one
        public static void main(String[] arguments) {
            Thread.currentThread().interrupt();
            boolean on = Autocast.current(Device.cpu()).enabled();
            System.out.println(
                    "autocast " + on + ", interrupted " + Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void isFoundOnAnInterruptedThreadWhichStaysInterrupted() throws Exception {
        Process process = JavaProcess.of(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), Interrupted.class)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("autocast false, interrupted true");
    }
}
