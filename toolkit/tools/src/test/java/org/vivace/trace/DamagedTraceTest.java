package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.fuzz.Mutations;

/** A damaged trace is read or refused in a sentence, whatever the damage. */
class DamagedTraceTest {

    private static final String TRACE = """
            [{"name": "aten::mm", "ph": "X", "ts": 12.5, "dur": 3.25, "tid": 1, "pid": "CPU Functions",
              "shape": [[4, 8], [8, 16]], "cpu mem": "12.50 Kb", "args": {"a": [1, {"b": 2}]}},
             {"name": "aten::add", "ph": "X", "ts": 13, "dur": 1, "tid": 1, "shape": [[4, 16], []], "cpu mem": "0 b"}]
            """;

    @TempDir
    private Path folder;

    @Test
    void isReadOrRefused() {
        Path file = folder.resolve("trace.json");
        int refused = Mutations.read(
                TRACE.getBytes(StandardCharsets.UTF_8),
                content -> {
                    Files.write(file, content);
                    Operators.read(file);
                },
                IllegalArgumentException.class,
                UncheckedIOException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 3);
    }
}
