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
import org.vivace.bench.DeviceCost;
import org.vivace.bench.EstimatedCost;
import org.vivace.estimate.Memory;
import org.vivace.estimate.RunCost;
import org.vivace.measure.Figures;
import org.vivace.measure.Json;
import org.vivace.measure.RecordFile;

/**
 * A record of {@code vivace estimate}: one estimate, or a table of several that were checked.
 *
 * @param json the file's text
 * @param estimates one, or the rows of the table
 * @param remarks further lines: for a table its overall errors and what could not be estimated, for one estimate the
 *     cost of a whole run
 */
record EstimateRecord(String json, boolean table, List<CheckedEstimate> estimates, List<String> remarks) {

    static final String KIND = "estimate";

    static final String TABLE_HEAD = String.format(
            Locale.ROOT, "%-12s %-52s %5s %8s %8s %8s", "workload", "methods", "batch", "FLOPs", "memory", "time");

    private static final double GIGA = 1e9;

    /** Absolute errors of one kind of number. */
    private record Errors(double median, double worst) {}

    /** Whether JSON is such a record. */
    static boolean isOne(JsonObject json) {
        return json.has("estimate") || json.has("rows");
    }

    /** @throws IllegalArgumentException if the file is not such a record */
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
            remarks.add("largest batch in the given memory: "
                    + json.get("largestBatch").getAsLong());
        }
        if (json.has("devices")) {
            remarks.addAll(lines(json.getAsJsonArray("devices").asList().stream()
                    .map(each -> Json.read(each, DeviceCost.class))
                    .toList()));
        }
        if (json.has("run")) {
            JsonObject run = json.getAsJsonObject("run");
            remarks.addAll(lines(new RunCost(
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
                remarks.add(summary(what, errors.median(), errors.worst()));
            }
        }
        json.getAsJsonArray("notes").forEach(note -> remarks.add(note.getAsString()));
        return new EstimateRecord(text, true, List.copyOf(rows), remarks);
    }

    /** As printed by the command that wrote it. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (table) {
            lines.add(TABLE_HEAD);
            estimates.forEach(each -> lines.add(row(each)));
            lines.addAll(remarks);
            return lines;
        }
        CheckedEstimate only = estimates.get(0);
        lines.addAll(lines(only.estimate()));
        lines.addAll(remarks);
        only.measured().ifPresent(measured -> lines.add(measured(only, measured)));
        return lines;
    }

    static List<String> lines(EstimatedCost cost) {
        Memory held = cost.memory();
        List<String> lines = new ArrayList<>(List.of(
                line("%s, batch %d, %s", cost.workload(), cost.batch(), recipe(cost)),
                line("parameters %,d", cost.parameters()),
                "FLOPs      " + giga(cost.forwardFlops()) + " forward, " + giga(cost.backwardFlops()) + " backward",
                "memory     " + Figures.mebibytes(held.peak()) + " at the peak: weights "
                        + Figures.mebibytes(held.weights()) + ", gradients " + Figures.mebibytes(held.gradients())
                        + ", optimizer " + Figures.mebibytes(held.optimizerState()) + ", activations "
                        + Figures.mebibytes(held.activations()),
                "time       " + millis(cost.stepSeconds()) + ": forward "
                        + millis(cost.seconds().forward())
                        + ", backward " + millis(cost.seconds().backward()) + ", update "
                        + millis(cost.seconds().update())));
        cost.notes().forEach(note -> lines.add("Note: " + note + "."));
        return lines;
    }

    /** Each device's part of a step. */
    static List<String> lines(List<DeviceCost> devices) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            DeviceCost device = devices.get(i);
            lines.add(line(
                    "device %d   batch %d, %s at the peak, %s%s",
                    i,
                    device.batch(),
                    Figures.mebibytes(device.peakBytes()),
                    millis(device.seconds()),
                    i == 0 ? "" : ", and copies of " + Figures.mebibytes(device.copiedBytes()) + " a step"));
        }
        return lines;
    }

    /** The measured values, and the estimate's errors. */
    static String measured(CheckedEstimate checked, CheckedEstimate.MeasuredCost measured) {
        return line(
                "measured   %s (%+.1f %%), %s (%+.1f %%), %s (%+.1f %%)",
                giga(measured.flops()),
                percent(checked.flopsError()),
                Figures.mebibytes(measured.peakBytes()),
                percent(checked.memoryError()),
                millis(measured.stepSeconds()),
                percent(checked.timeError()));
    }

    /** The cost of a whole run. */
    static List<String> lines(RunCost run) {
        List<String> lines = new ArrayList<>();
        lines.add("run of " + run.steps() + " steps: " + Figures.seconds(run.seconds()) + ", " + giga(run.flops()));
        run.kilowattHours().ifPresent(energy -> lines.add("energy: " + Figures.fixed(energy, 3) + " kWh"));
        run.money().ifPresent(money -> lines.add("cost: " + Figures.fixed(money, 2)));
        return lines;
    }

    /** A row of the table of errors. */
    static String row(String methods, CheckedEstimate checked) {
        return line(
                "%-12s %-52s %5d %+7.1f%% %+7.1f%% %+7.1f%%%s",
                checked.estimate().workload(),
                methods,
                checked.estimate().batch(),
                percent(checked.flopsError()),
                percent(checked.memoryError()),
                percent(checked.timeError()),
                checked.estimate().seconds().doubted() > 0 ? "  time in doubt: the machine was busy" : "");
    }

    static String row(CheckedEstimate checked) {
        return row(recipe(checked.estimate()), checked);
    }

    /** @param what the estimated quantity */
    static String summary(String what, double median, double worst) {
        return "error of " + what + ": median " + Figures.percent(median, 1) + ", worst " + Figures.percent(worst, 1);
    }

    private static double percent(OptionalDouble error) {
        return 100 * error.orElse(Double.NaN);
    }

    private static String recipe(EstimatedCost cost) {
        return cost.methods().isEmpty() ? "no methods" : String.join(" + ", cost.methods());
    }

    private static String giga(double flops) {
        return Figures.rate(flops / GIGA, "GFLOP");
    }

    private static String millis(double seconds) {
        return Figures.millis(1e3 * seconds);
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
