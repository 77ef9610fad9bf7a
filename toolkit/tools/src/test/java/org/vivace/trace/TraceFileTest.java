package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vivace.trace.Traces.event;
import static org.vivace.trace.Traces.onThread;
import static org.vivace.trace.Traces.shape;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.models.Gpt;

class TraceFileTest {

    private static final String NODE = "autograd::engine::evaluate_function: MmBackward0";

    /** A forward pass of two blocks, a loss, its backward on another thread, and an update. */
    private static final Operators STEP = Operators.of(
            List.of(
                    event("vivace:block:0", 10, 30),
                    event("vivace:block:1", 12, 20),
                    event("aten::mm", 15, 5, shape(2, 3), shape(3, 4)),
                    event("aten::exp", 35, 2, shape(2, 4)),
                    event("aten::sum", 45, 2, shape(2, 4)),
                    onThread(2, event(NODE, 50, 10)),
                    onThread(2, event("MmBackward0", 51, 8, shape(2, 4))),
                    onThread(2, event("aten::mm", 52, 6, shape(3, 2), shape(2, 4))),
                    event("aten::clone", 70, 2, shape(3, 4)),
                    event("aten::sub_", 74, 2, shape(3, 4), shape(3, 4)),
                    event("aten::eq", 80, 2, shape(2))),
            List.of("Net", "Net/01Linear"),
            List.of());

    @Test
    void aTraceOfBlocksIsReadAgainWithoutThem(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("trace.json");
        String event = """
                {"name": "%s", "ts": %d, "dur": %d, "tid": 1, "shape": [[2, 3]], "cpu mem": "0 b"}""";
        Files.writeString(
                file,
                "[" + event.formatted("vivace_enter", 1, 2) + "," + event.formatted("aten::exp", 10, 2) + ","
                        + event.formatted("vivace:block:0", 5, 20) + "]");
        assertThat(Operators.read(file).all())
                .singleElement()
                .satisfies(each -> assertThat(each.name() + each.block()).isEqualTo("aten::exp"));
    }

    @Test
    void theTraceOpensElsewhere(@TempDir Path folder) throws IOException {
        try (Steps steps = new Steps(new Gpt(new Gpt.Settings(16, 8, 1, 2, 6, 0)), new Shape(3, 6))) {
            Operators operators = Operators.record(steps.model(), steps::step);
            Path file = TraceFile.write(operators, folder.resolve("trace.json"));
            checkTracks(file, operators);
        }
    }

    @Test
    void operatorsAreOfBlocksAndPhases() {
        assertThat(STEP.all())
                .extracting(each -> each.name() + " " + each.phase().words() + " " + each.block())
                .containsExactly(
                        "aten::mm forward 01Linear",
                        "aten::exp forward Net",
                        "aten::sum loss ",
                        NODE + " backward 01Linear",
                        "MmBackward0 backward 01Linear",
                        "aten::mm backward 01Linear",
                        "aten::clone optimizer ",
                        "aten::sub_ optimizer ",
                        "aten::eq rest ");
        assertThat(STEP.backward()).isEqualTo(new BackwardMatch(1, 1, 0, 0));
        assertThat(STEP.blocks())
                .containsExactly(
                        new BlockSpan("Net", StepPhase.FORWARD, 10, 30),
                        new BlockSpan("01Linear", StepPhase.FORWARD, 12, 20),
                        new BlockSpan("01Linear", StepPhase.BACKWARD, 50, 10));
        assertThat(STEP.all().get(5).flops()).hasValue(2 * 3 * 2 * 4);
        assertThat(STEP.all().get(3).selfMicros()).isEqualTo(2);
        assertThat(STEP.all().get(4).selfMicros()).isEqualTo(2);
        assertThat(STEP.all().get(5).selfMicros()).isEqualTo(6);
    }

    @Test
    void phasesFollowEachOther() {
        assertThat(TraceFile.phases(STEP.all()))
                .extracting(span -> span.phase().words() + " " + span.startMicros() + " " + span.micros())
                .containsExactly(
                        "forward 15.0 22.0",
                        "loss 45.0 2.0",
                        "backward 50.0 10.0",
                        "optimizer 70.0 6.0",
                        "rest 80.0 2.0");
    }

    @Test
    void aNodeThatNothingMatchesIsCounted() {
        Operators operators = Operators.of(
                List.of(
                        event("vivace:block:0", 10, 30),
                        event("aten::mm", 15, 5, shape(2, 3), shape(3, 4)),
                        event(NODE, 50, 2),
                        event(NODE.replace("Mm", "Strange"), 54, 2)),
                List.of("Net"),
                List.of());
        assertThat(operators.backward()).isEqualTo(new BackwardMatch(2, 1, 0, 1));
        assertThat(operators.all().get(2).block()).isEmpty();
    }

    @Test
    void aGradientOfAnotherShapeIsNotItsOperators() {
        Operators operators = Operators.of(
                List.of(
                        event("vivace:block:0", 10, 30),
                        event("vivace:block:1", 11, 8),
                        event("aten::mm", 12, 5, shape(2, 3), shape(3, 4)),
                        event("vivace:block:2", 20, 8),
                        event("aten::mm", 21, 5, shape(2, 4), shape(4, 9)),
                        event(NODE, 50, 9),
                        event("MmBackward0", 51, 7, shape(2, 4))),
                List.of("Net", "Net/01Linear", "Net/02Linear"),
                List.of());
        assertThat(operators.all().get(2).block()).isEqualTo("01Linear");
        assertThat(operators.backward()).isEqualTo(new BackwardMatch(1, 1, 0, 0));
    }

    @Test
    void aBlockThatRunsAgainInTheBackwardIsMatchedThere() {
        Operators operators = Operators.of(
                List.of(
                        event("vivace:block:0", 10, 30),
                        event("vivace:block:1", 11, 8),
                        event("aten::mm", 12, 5, shape(2, 3), shape(3, 4)),
                        event("aten::exp", 45, 1, shape(2, 4)),
                        event(NODE.replace("Mm", "Exp"), 50, 5),
                        event("vivace:block:1", 60, 10),
                        event("aten::mm", 61, 5, shape(2, 3), shape(3, 4)),
                        event(NODE, 80, 5)),
                List.of("Net", "Net/01Linear"),
                List.of());
        assertThat(operators.all())
                .extracting(each -> each.phase().words() + " " + each.block())
                .containsExactly("forward 01Linear", "loss ", "backward ", "backward 01Linear", "backward 01Linear");
        assertThat(operators.backward()).isEqualTo(new BackwardMatch(2, 2, 0, 0));
        assertThat(operators.blocks())
                .extracting(BlockSpan::phase)
                .containsExactly(StepPhase.FORWARD, StepPhase.FORWARD, StepPhase.BACKWARD, StepPhase.BACKWARD);
    }

    @Test
    void everyTrackNests(@org.junit.jupiter.api.io.TempDir Path folder) throws IOException {
        checkTracks(TraceFile.write(STEP, folder.resolve("new/trace.json")), STEP);
    }

    /** Chrome's format, whose slices on one track must not overlap by halves. */
    static void checkTracks(Path file, Operators operators) throws IOException {
        JsonObject trace = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonArray events = trace.getAsJsonArray("traceEvents");
        List<String> names = new ArrayList<>();
        Map<Long, List<double[]>> tracks = new HashMap<>();
        events.forEach(element -> {
            JsonObject event = element.getAsJsonObject();
            long track = event.get("tid").getAsLong();
            if (event.get("ph").getAsString().equals("M")) {
                if (event.get("name").getAsString().equals("thread_name")) {
                    names.add(event.getAsJsonObject("args").get("name").getAsString());
                }
            } else {
                double start = event.get("ts").getAsDouble();
                tracks.computeIfAbsent(track, unused -> new ArrayList<>())
                        .add(new double[] {start, start + event.get("dur").getAsDouble()});
            }
        });
        assertThat(names).startsWith("Phases", "Blocks", "Operators, thread 1");
        assertThat(tracks.get(1L)).isNotEmpty();
        assertThat(tracks.get(2L)).hasSize(operators.blocks().size());
        assertThat(tracks.entrySet().stream()
                        .filter(track -> track.getKey() > 2)
                        .mapToInt(track -> track.getValue().size())
                        .sum())
                .isEqualTo(operators.all().size());
        tracks.values().forEach(TraceFileTest::checkNesting);
    }

    private static void checkNesting(List<double[]> slices) {
        slices.sort(Comparator.comparingDouble((double[] slice) -> slice[0]).thenComparing(slice -> -slice[1]));
        Deque<double[]> open = new ArrayDeque<>();
        for (double[] slice : slices) {
            while (!open.isEmpty() && open.peek()[1] <= slice[0] + 0.002) {
                open.pop();
            }
            if (!open.isEmpty()) {
                assertThat(slice[1]).isLessThanOrEqualTo(open.peek()[1] + 0.002);
            }
            open.push(slice);
        }
    }
}
