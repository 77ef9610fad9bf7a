package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceReaderTest {

    private static final String EVENT = """
            {"name": "aten::mm", "ph": "X", "ts": 12.5, "dur": 3.25, "tid": 2, "pid": "CPU Functions",
             "shape": [[2, 3], [3, 4], []], "cpu mem": "%s", "args": {}}""";

    @TempDir
    private Path folder;

    @Test
    void readsAnEvent() throws IOException {
        assertThat(read("[\n" + EVENT.formatted("32 b") + "]\n"))
                .containsExactly(new TraceEvent(
                        "aten::mm", 12.5, 3.25, 2, List.of(List.of(2L, 3L), List.of(3L, 4L), List.of()), 32));
    }

    @ParameterizedTest
    @CsvSource({"-4 b, -4", "1.50 Kb, 1536", "-2.00 Mb, -2097152", "1.00 Gb, 1073741824"})
    void readsMemory(String text, long bytes) throws IOException {
        assertThat(read("[" + EVENT.formatted(text) + "]").get(0).allocatedBytes())
                .isEqualTo(bytes);
    }

    @Test
    void refusesWhatIsNoTrace() {
        refuses("", "an empty file: record it again");
        refuses("[\n]\n", "not one event: run operators, on the thread that records");
        refuses("{\"traceEvents\": []}", "a JSON object: give the file that DJL's profiler wrote");
        refuses(
                "[" + EVENT.formatted("1 b") + ",\n{\"name\": \"aten::ex",
                "its end in the middle, after 1 events:" + " record it again");
        refuses("[" + EVENT.formatted("1 b") + ",", "its end in the middle, after 1 events: record it again");
        refuses(
                "[{\"name\": \"step\", \"ts\": 1, \"tid\": 1}]",
                "event 0 without name, ts, dur or tid: give the file that DJL's profiler wrote");
        refuses("[" + EVENT.formatted("1 b") + ", 7]", "something else after 1 events: record it again");
        refuses("[" + EVENT.formatted("much") + "]", "something else after 0 events: record it again");
        refuses(
                "[" + EVENT.formatted("1 b").replace("12.5", "x") + "]",
                "something else after 0 events: record it again");
        refuses("GIF89a", "something else after 0 events: record it again");
    }

    @Test
    void saysThatAFileIsMissing() {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> TraceReader.read(missing))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(missing + " must be readable, got java.nio.file.NoSuchFileException: " + missing
                        + ": check its path");
    }

    private void refuses(String content, String found) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder.resolve("trace.json") + " must hold a JSON array of trace events, found " + found);
    }

    private List<TraceEvent> read(String content) throws IOException {
        return TraceReader.read(Files.writeString(folder.resolve("trace.json"), content));
    }
}
