package org.vivace.dev;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vivace.measure.RecordFile;

/**
 * The folder that {@code notebooks/gpu-check} leaves behind: a record for each step, and {@value #STEPS}.
 *
 * @param device that the records must be from, such as {@code gpu0}
 */
record GpuRecords(Path folder, String device, List<Step> steps) {

    private static final String STEPS = "steps.txt";
    private static final List<String> TIME_LIMIT = List.of("124", "137");

    /** Why a number is not there. */
    static final class NotMeasuredException extends RuntimeException {

        private static final long serialVersionUID = 1;

        NotMeasuredException(String why) {
            super(why);
        }
    }

    /**
     * A step that was due.
     *
     * @param end its exit code, or {@code skipped}, or {@code late} if no time was left
     */
    record Step(String name, String end, long seconds) {

        private static Step of(String line) {
            String[] words = line.split(" ");
            if (words.length != 3 || !words[1].matches("\\d+|skipped|late") || !words[2].matches("\\d+")) {
                throw new IllegalArgumentException("expected a line of " + STEPS
                        + " with a step, its end and its seconds, got '" + line + "': run notebooks/gpu-check again");
            }
            return new Step(words[0], words[1], Long.parseLong(words[2]));
        }
    }

    /** @throws UncheckedIOException if the folder has no list of steps */
    static GpuRecords read(Path folder, String device) {
        try {
            return new GpuRecords(
                    folder,
                    device,
                    Files.readAllLines(folder.resolve(STEPS)).stream()
                            .map(Step::of)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "expected a folder of notebooks/gpu-check, found no readable " + STEPS + " in " + folder
                            + ": give the one that it wrote",
                    e);
        }
    }

    /**
     * The record of a step that did its work.
     *
     * @param failed an exit code that also leaves a whole record
     * @throws NotMeasuredException if there is none, or it is from another device
     */
    JsonObject of(String step, String... failed) {
        Step found = steps.stream()
                .filter(each -> each.name().equals(step))
                .findFirst()
                .orElseThrow(() -> new NotMeasuredException(step + " was not run"));
        if (!found.end().equals("0") && !List.of(failed).contains(found.end())) {
            throw new NotMeasuredException(why(found));
        }
        JsonObject record;
        try {
            record = RecordFile.read(
                    folder.resolve(step + ".json"),
                    text -> JsonParser.parseString(text).getAsJsonObject());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new NotMeasuredException(step + " left no record that can be read");
        }
        String where = text(record, "machine.device");
        if (!where.equals(device)) {
            throw new NotMeasuredException(step + " ran on " + where + " instead of " + device);
        }
        if (record.has("partial") && record.get("partial").getAsBoolean()) {
            throw new NotMeasuredException(step + " was interrupted");
        }
        return record;
    }

    private String why(Step step) {
        return step.name()
                + switch (step.end()) {
                    case "skipped" -> " was skipped";
                    case "late" -> " was not begun, as no time was left";
                    default ->
                        TIME_LIMIT.contains(step.end())
                                ? " was ended at its time limit, after " + step.seconds() + " s"
                                : " failed with exit code " + step.end() + last(step.name());
                };
    }

    /** What the step said at last: a sentence of ours if there is one, else any line. */
    private String last(String step) {
        Path log = folder.resolve(step + ".log");
        if (!Files.isReadable(log)) {
            return "";
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            return ", and its log cannot be read: " + e.getMessage();
        }
        return lines.stream()
                .filter(line -> line.startsWith("vivace: ") || line.startsWith("gpu-check: "))
                .reduce((before, line) -> line)
                .or(() -> lines.stream().reduce((before, line) -> line))
                .map(line -> ": " + line.strip())
                .orElse("");
    }

    /**
     * A number of a record.
     *
     * @param path names and places in lists, with dots in between
     * @throws NotMeasuredException if it is not there
     */
    static double number(JsonElement record, String path) {
        JsonElement found = at(record, path);
        double value =
                found.isJsonPrimitive() && found.getAsJsonPrimitive().isNumber() ? found.getAsDouble() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw new NotMeasuredException("the record has no number at " + path);
        }
        return value;
    }

    /** The same for a text. */
    static String text(JsonElement record, String path) {
        JsonElement found = at(record, path);
        if (!found.isJsonPrimitive()) {
            throw new NotMeasuredException("the record has nothing at " + path);
        }
        return found.getAsString();
    }

    private static JsonElement at(JsonElement record, String path) {
        JsonElement here = record;
        for (String name : path.split("\\.")) {
            if (here.isJsonObject() && here.getAsJsonObject().has(name)) {
                here = here.getAsJsonObject().get(name);
            } else if (here.isJsonArray()
                    && name.matches("\\d+")
                    && Integer.parseInt(name) < here.getAsJsonArray().size()) {
                here = here.getAsJsonArray().get(Integer.parseInt(name));
            } else {
                throw new NotMeasuredException("the record has nothing at " + path);
            }
        }
        return here;
    }
}
