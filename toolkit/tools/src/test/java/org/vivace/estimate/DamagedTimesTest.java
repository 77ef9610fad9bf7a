package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.fuzz.Mutations;

/** Damaged times of operations are read or refused in a sentence, whatever the damage. */
class DamagedTimesTest {

    @TempDir
    private Path folder;

    @Test
    void areReadOrRefused() {
        Path file = folder.resolve("times.json");
        int refused = Mutations.read(
                "{\"matMul (4, 8) (8, 16)\": [0.001, 0.002], \"add\": [1e-6, 0], \"conv\": [12, 3.5]}"
                        .getBytes(StandardCharsets.UTF_8),
                content -> {
                    Files.write(file, content);
                    OperationTimes.of(Device.cpu(), file);
                },
                IllegalStateException.class,
                UncheckedIOException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 3);
    }
}
