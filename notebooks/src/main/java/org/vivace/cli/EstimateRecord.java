package org.vivace.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.vivace.bench.CheckedEstimate;
import org.vivace.estimate.RunCost;
import org.vivace.measure.Json;
import org.vivace.measure.RecordFile;

/**
 * What {@code vivace estimate} left behind, read back: one estimate, or a table of several that were checked.
 *
 * @param json the file's text
 * @param estimates one, or the rows of the table
 * @param remarks beside them: of a table its errors in all and what could not be estimated, of one estimate what a whole
 *     run takes
 */
record EstimateRecord(String json, boolean table, List<CheckedEstimate> estimates, List<String> remarks) {

    static final String KIND = "estimate";

    /** Of one kind of number, without the signs. */
    private record Errors(double median, double worst) {}

    /** Whether a record's JSON is one of these. */
    static boolean isOne(JsonObject json) {
        return json.has("estimate") || json.has("rows");
    }

    /** @throws IllegalArgumentException where the file is no such record */
    static EstimateRecord read(Path file) {
        return RecordFile.read(file, EstimateRecord::parse);
    }

    private static EstimateRecord parse(String text) {
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        return json.has("rows") ? table(text, json) : single(text, json);
    }

    private static EstimateRecord single(String text, JsonObject json) {
        List<String> remarks = new ArrayList<>();
        if (json.has("largestBatch")) {
            remarks.add("largest batch in the memory asked for: "
                    + json.get("largestBatch").getAsLong());
        }
        if (json.has("run")) {
            JsonObject run = json.getAsJsonObject("run");
            remarks.addAll(EstimateText.lines(new RunCost(
                    run.get("steps").getAsLong(),
                    run.get("seconds").getAsDouble(),
                    run.get("flops").getAsDouble(),
                    number(run, "kilowattHours"),
                    number(run, "money"))));
            if (run.has("doubt")) {
                remarks.add("Note on the run: " + run.get("doubt").getAsString() + ".");
            }
        }
        return new EstimateRecord(text, false, List.of(Json.read(json, CheckedEstimate.class)), remarks);
    }

    private static OptionalDouble number(JsonObject json, String field) {
        return json.has(field) ? OptionalDouble.of(json.get(field).getAsDouble()) : OptionalDouble.empty();
    }

    private static EstimateRecord table(String text, JsonObject json) {
        List<CheckedEstimate> rows = new ArrayList<>();
        for (JsonElement row : json.getAsJsonArray("rows")) {
            rows.add(Json.read(row, CheckedEstimate.class));
        }
        List<String> remarks = new ArrayList<>();
        if (!rows.isEmpty()) {
            for (String what : List.of("FLOPs", "memory", "time")) {
                Errors errors = Json.read(json.get(what.toLowerCase(Locale.ROOT) + "Error"), Errors.class);
                remarks.add(EstimateText.summary(what, errors.median(), errors.worst()));
            }
        }
        json.getAsJsonArray("notes").forEach(note -> remarks.add(note.getAsString()));
        return new EstimateRecord(text, true, List.copyOf(rows), remarks);
    }

    /** As the command that wrote it printed it. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (table) {
            lines.add(EstimateText.TABLE_HEAD);
            estimates.forEach(each -> lines.add(EstimateText.row(each)));
            lines.addAll(remarks);
            return lines;
        }
        CheckedEstimate only = estimates.get(0);
        lines.addAll(EstimateText.lines(only.estimate()));
        lines.addAll(remarks);
        only.measured().ifPresent(measured -> lines.add(EstimateText.measured(only, measured)));
        return lines;
    }
}
