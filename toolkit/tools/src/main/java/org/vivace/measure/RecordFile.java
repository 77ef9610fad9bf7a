package org.vivace.measure;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads records; an unreadable file is an UncheckedIOException, an invalid record an IllegalArgumentException. */
public final class RecordFile {

    /** The field with the kind of the record; older records lack it. */
    public static final String KIND = "kind";

    private RecordFile() {}

    /** The records of a file with one, or with several in its field {@code records}. */
    public static List<BenchRecord> readAll(Path file) {
        return readJson(file, json -> {
            if (!json.has("records")) {
                return List.of(record(json));
            }
            List<BenchRecord> records = new ArrayList<>();
            for (JsonElement each : json.getAsJsonArray("records")) {
                records.add(record(each.getAsJsonObject()));
            }
            return records;
        });
    }

    /**
     * Reads a record of another kind, whose JSON has a field {@code schema}.
     *
     * @param newest schema that can be read
     * @throws UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if the file is truncated, not such a record, or of a schema newer than
     *     {@code newest}
     */
    public static <T> T readOne(Path file, int newest, Class<T> type) {
        return readJson(file, json -> parsed(json, newest, type));
    }

    /** The JSON of a record: absent fields are omitted, and a number that is not finite is null. */
    public static String toJson(Object record) {
        return Json.write(record);
    }

    /** The same with a first field {@value #KIND} for the record's kind. */
    public static String toJson(String kind, Object record) {
        // As text, since a tree loses the layout of number lists.
        return "{\n  \"" + KIND + "\": \"" + kind + "\"," + toJson(record).substring(1);
    }

    /** The current time to the second, for a record's date: ISO 8601 in UTC. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** @throws IllegalArgumentException if a record that was read lacks a field */
    public static void require(@Nullable Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "a record must have the field " + field + ", got none: write it with the command that measures");
        }
    }

    static BenchRecord readOne(Path file) {
        return readJson(file, RecordFile::record);
    }

    private static <T> T readJson(Path file, Function<JsonObject, T> parse) {
        return read(file, text -> parse.apply(Json.read(text, JsonObject.class)));
    }

    /**
     * A record of a kind that only the caller can parse.
     *
     * @param parse parses the file's text; any exception means that this is not a complete record
     * @throws UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if {@code parse} throws
     */
    public static <T> T read(Path file, Function<String, T> parse) {
        String text = text(file);
        try {
            return parse.apply(text);
        } catch (NewerSchemaException e) {
            throw new IllegalArgumentException(file + " " + e.getMessage(), e);
        } catch (RuntimeException e) {
            // Gson and the constructors it calls report a broken file by a dozen exception types.
            throw new IllegalArgumentException(
                    file + " must be a whole Vivace record, got a file that is cut short or something else: measure"
                            + " again or give another file",
                    e);
        }
    }

    private static BenchRecord record(JsonObject json) {
        return parsed(json, BenchRecord.SCHEMA, BenchRecord.class);
    }

    private static <T> T parsed(JsonObject json, int newest, Class<T> type) {
        int schema = json.get("schema").getAsInt();
        if (schema > newest) {
            throw new NewerSchemaException(schema, newest);
        }
        return Json.read(json, type);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException(file + " must be a record, found no such file: give its path", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " must be a readable record, got " + e + ": check the path", e);
        }
    }

    private static final class NewerSchemaException extends RuntimeException {

        private static final long serialVersionUID = 1;

        NewerSchemaException(int schema, int newest) {
            super("must have schema " + newest + " or older, got " + schema + ": read it with a newer Vivace");
        }
    }
}
