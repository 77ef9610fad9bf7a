package org.vivace.trace;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the traces of the profiler that DJL reaches: a JSON array of events, one after the other. */
final class TraceReader {

    private static final Map<String, Double> UNITS =
            Map.of("b", 1.0, "Kb", 1024.0, "Mb", 1024.0 * 1024, "Gb", 1024.0 * 1024 * 1024);

    private TraceReader() {}

    /**
     * The events in the order of their ends.
     *
     * @throws IllegalArgumentException where the file is empty, ends too early, or is something else
     * @throws UncheckedIOException where it cannot be read
     */
    public static List<TraceEvent> read(Path file) {
        List<TraceEvent> events = new ArrayList<>();
        try (JsonReader in = new JsonReader(Files.newBufferedReader(file))) {
            in.setStrictness(Strictness.STRICT);
            if (Files.size(file) == 0) {
                throw wrong(file, "an empty file: record it again", null);
            }
            if (in.peek() != JsonToken.BEGIN_ARRAY) {
                throw wrong(file, "a JSON " + word(in.peek()) + ": give the file that DJL's profiler wrote", null);
            }
            in.beginArray();
            while (in.hasNext()) {
                events.add(event(in, file, events.size()));
            }
            in.endArray();
        } catch (EOFException e) {
            throw wrong(file, "its end in the middle, after " + events.size() + " events: record it again", e);
        } catch (MalformedJsonException | NumberFormatException | IllegalStateException e) {
            // A file cut off within a string is malformed to Gson, not at its end.
            boolean cut = String.valueOf(e.getMessage()).startsWith("Unterminated string");
            String found = cut ? "its end in the middle, after " : "something else after ";
            throw wrong(file, found + events.size() + " events: record it again", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " must be readable, got " + e + ": check its path", e);
        }
        if (events.isEmpty()) {
            throw wrong(file, "not one event: run operators, on the thread that records", null);
        }
        return events;
    }

    private static TraceEvent event(JsonReader in, Path file, int number) throws IOException {
        String name = null;
        double start = Double.NaN;
        double micros = Double.NaN;
        long thread = -1;
        List<List<Long>> shapes = List.of();
        long bytes = 0;
        in.beginObject();
        while (in.hasNext()) {
            switch (in.nextName()) {
                case "name" -> name = in.nextString();
                case "ts" -> start = in.nextDouble();
                case "dur" -> micros = in.nextDouble();
                case "tid" -> thread = in.nextLong();
                case "shape" -> shapes = shapes(in);
                case "cpu mem" -> bytes = bytes(in.nextString());
                default -> in.skipValue();
            }
        }
        in.endObject();
        if (name == null || Double.isNaN(start) || Double.isNaN(micros) || thread < 0) {
            throw wrong(
                    file,
                    "event " + number + " without name, ts, dur or tid: give the file that DJL's profiler wrote",
                    null);
        }
        return new TraceEvent(name, start, micros, thread, shapes, bytes);
    }

    private static List<List<Long>> shapes(JsonReader in) throws IOException {
        List<List<Long>> shapes = new ArrayList<>();
        in.beginArray();
        while (in.hasNext()) {
            List<Long> shape = new ArrayList<>();
            in.beginArray();
            while (in.hasNext()) {
                shape.add(in.nextLong());
            }
            in.endArray();
            shapes.add(List.copyOf(shape));
        }
        in.endArray();
        return List.copyOf(shapes);
    }

    /** From the likes of {@code 12.50 Kb}. */
    private static long bytes(String text) {
        String[] parts = text.split(" ", -1);
        Double unit = parts.length == 2 ? UNITS.get(parts[1]) : null;
        if (unit == null) {
            throw new NumberFormatException(text);
        }
        return Math.round(Double.parseDouble(parts[0]) * unit);
    }

    private static String word(JsonToken token) {
        return token == JsonToken.BEGIN_OBJECT ? "object" : token.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static IllegalArgumentException wrong(Path file, String found, @Nullable Exception cause) {
        return new IllegalArgumentException(file + " must hold a JSON array of trace events, found " + found, cause);
    }
}
