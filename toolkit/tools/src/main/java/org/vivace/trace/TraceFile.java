package org.vivace.trace;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.vivace.measure.Atomically;

/**
 * Operators as a trace that Perfetto and Chrome open: one track with the step's phases, one with the blocks, one for each
 * thread's operators (Chrome's "Trace Event Format", the object form).
 */
public final class TraceFile {

    private static final int PROCESS = 1;
    private static final long PHASES = 1;
    private static final long BLOCKS = 2;
    /** Threads of libtorch are numbered from 1; their tracks come after the two others. */
    private static final long OPERATORS = 10;

    private TraceFile() {}

    /**
     * Writes the file whole or not at all.
     *
     * @return {@code file}
     */
    public static Path write(Operators operators, Path file) {
        return Atomically.write(file, json(operators));
    }

    static String json(Operators operators) {
        StringWriter text = new StringWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            out.beginObject()
                    .name("displayTimeUnit")
                    .value("ms")
                    .name("traceEvents")
                    .beginArray();
            track(out, PHASES, "Phases");
            track(out, BLOCKS, "Blocks");
            for (long thread : threads(operators)) {
                track(out, OPERATORS + thread, "Operators, thread " + thread);
            }
            for (BlockSpan phase : phases(operators.all())) {
                slice(out, phase.phase().words(), PHASES, phase.startMicros(), phase.micros());
                out.endObject();
            }
            for (BlockSpan block : operators.blocks()) {
                slice(out, name(block), BLOCKS, block.startMicros(), block.micros());
                out.name("args").beginObject().name("block").value(block.path());
                out.name("phase").value(block.phase().words()).endObject();
                out.endObject();
            }
            for (Operator operator : operators.all()) {
                operator(out, operator);
            }
            out.endArray().endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter throws none
        }
        return text.toString();
    }

    /** Stretches in which the operators that nothing calls are of one phase. */
    static List<BlockSpan> phases(List<Operator> operators) {
        List<BlockSpan> phases = new ArrayList<>();
        List<Operator> top =
                operators.stream().filter(each -> each.caller() < 0).toList();
        for (int i = 0; i < top.size(); ) {
            Operator first = top.get(i);
            double end = first.endMicros();
            int next = i + 1;
            while (next < top.size() && top.get(next).phase() == first.phase()) {
                end = Math.max(end, top.get(next++).endMicros());
            }
            // On several threads the last of one phase may end after the first of the next has begun.
            double limit = next < top.size() ? top.get(next).event().startMicros() : end;
            double start = first.event().startMicros();
            phases.add(new BlockSpan("", first.phase(), start, Math.min(end, limit) - start));
            i = next;
        }
        return phases;
    }

    private static String name(BlockSpan block) {
        String name = block.path().substring(block.path().lastIndexOf('/') + 1);
        return block.phase() == StepPhase.BACKWARD ? name + " (backward)" : name;
    }

    private static List<Long> threads(Operators operators) {
        return operators.all().stream()
                .map(each -> each.event().thread())
                .distinct()
                .sorted()
                .toList();
    }

    private static void operator(JsonWriter out, Operator operator) throws IOException {
        TraceEvent event = operator.event();
        slice(out, event.name(), OPERATORS + event.thread(), event.startMicros(), event.micros());
        out.name("args").beginObject();
        out.name("phase").value(operator.phase().words());
        out.name("block").value(operator.block());
        out.name("shapes").value(event.shapes().toString());
        out.name("allocated bytes").value(event.allocatedBytes());
        number(out, "FLOPs", operator.flops());
        number(out, "bytes", operator.bytes());
        out.endObject().endObject();
    }

    private static void number(JsonWriter out, String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            out.name(name).value(value.getAsLong());
        }
    }

    /** Left open for what else the slice has. */
    private static void slice(JsonWriter out, String name, long track, double start, double micros) throws IOException {
        out.beginObject().name("name").value(name).name("ph").value("X");
        out.name("ts").jsonValue(decimal(start)).name("dur").jsonValue(decimal(micros));
        out.name("pid").value(PROCESS).name("tid").value(track);
    }

    private static String decimal(double micros) {
        return String.format(Locale.ROOT, "%.3f", micros);
    }

    private static void track(JsonWriter out, long track, String name) throws IOException {
        for (String kind : List.of("thread_name", "thread_sort_index")) {
            out.beginObject().name("name").value(kind).name("ph").value("M");
            out.name("pid").value(PROCESS).name("tid").value(track).name("args").beginObject();
            if (kind.equals("thread_name")) {
                out.name("name").value(name);
            } else {
                out.name("sort_index").value(track);
            }
            out.endObject().endObject();
        }
    }
}
