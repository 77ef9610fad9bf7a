package org.vivace.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.vivace.measure.RecordFile;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.ProfileRecord;
import org.vivace.report.ProfileReport;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A record of any kind, read from a file.
 *
 * @param show prints it for a command and writes its report into a folder
 */
public record KeptRecord(Kind kind, String json, BiConsumer<CommandSpec, Path> show) {

    /** The kinds of records; each has a field that the others lack. */
    public enum Kind {
        BENCH,
        /** The search for a learning rate. */
        TUNING,
        PROFILE,
        ESTIMATE,
        /** Killed processes and long runs. */
        ENDURANCE;

        /** The kind of record in the file; the first kind if it is not a record. */
        public static Kind of(Path file) {
            try {
                JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
                return json.has(RecordFile.KIND)
                        ? named(json.get(RecordFile.KIND).getAsString())
                        : byItsFields(json);
            } catch (IOException | JsonParseException | IllegalStateException e) {
                // The reader of records reports the error better.
                return BENCH;
            }
        }

        private static Kind named(String name) {
            return Arrays.stream(values())
                    .filter(kind -> kind.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElse(BENCH);
        }

        /** The kind of an older record, without the field for it. */
        private static Kind byItsFields(JsonObject json) {
            if (json.has("rates")) {
                return TUNING;
            }
            if (json.has("split")) {
                return PROFILE;
            }
            return EstimateRecord.isOne(json) ? ESTIMATE : BENCH;
        }
    }

    /** The records of a file; several only for benches. */
    static List<KeptRecord> readAll(Path file) {
        Kind kind = Kind.of(file);
        return switch (kind) {
            case BENCH ->
                RecordFile.readAll(file).stream()
                        .map(record -> new KeptRecord(
                                kind, record.toJson(), (spec, folder) -> Printed.bench(spec, record, folder)))
                        .toList();
            case TUNING -> {
                TuningRecord record = TuningRecord.read(file);
                yield List.of(new KeptRecord(kind, record.toJson(), (spec, folder) -> {
                    PrintWriter out = spec.commandLine().getOut();
                    out.println();
                    out.println("The learning rate of " + record.workload() + ":");
                    Printed.tuning(spec, record);
                }));
            }
            case ESTIMATE -> {
                EstimateRecord record = EstimateRecord.read(file);
                yield List.of(ofLines(kind, record.json(), record.lines()));
            }
            case ENDURANCE -> {
                EnduranceRecord record = EnduranceRecord.read(file);
                yield List.of(ofLines(kind, record.toJson(), record.lines()));
            }
            case PROFILE -> {
                ProfileRecord record = ProfileRecord.read(file);
                yield List.of(new KeptRecord(
                        kind,
                        record.toJson(),
                        (spec, folder) -> Printed.profile(
                                spec, record, Interruption.shielded(() -> ProfileReport.write(record, folder)))));
            }
        };
    }

    private static KeptRecord ofLines(Kind kind, String json, List<String> lines) {
        return new KeptRecord(kind, json, (spec, folder) -> {
            PrintWriter out = spec.commandLine().getOut();
            out.println();
            lines.forEach(out::println);
            out.flush();
        });
    }
}
