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
 * A record that was read back, of whichever kind.
 *
 * @param show prints it for a command and writes what there is to write into a folder
 */
public record KeptRecord(Kind kind, String json, BiConsumer<CommandSpec, Path> show) {

    /** What a command leaves behind; each has a field that the others have not. */
    public enum Kind {
        BENCH,
        /** The search for a learning rate. */
        TUNING,
        PROFILE,
        ESTIMATE,
        /** What was killed and what ran for long. */
        ENDURANCE;

        /** The kind of record that the file holds; of a file that is no record at all, the first. */
        public static Kind of(Path file) {
            try {
                JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
                return json.has(RecordFile.KIND)
                        ? named(json.get(RecordFile.KIND).getAsString())
                        : byItsFields(json);
            } catch (IOException | JsonParseException | IllegalStateException e) {
                // What is wrong with it, the reader of records says better.
                return BENCH;
            }
        }

        private static Kind named(String name) {
            return Arrays.stream(values())
                    .filter(kind -> kind.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElse(BENCH);
        }

        /** Of a record that was made before there was a field for it. */
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

    /** The records of a file, which only of benches may be several. */
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
