package org.vivace.measure;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads records back; what is no readable file is an UncheckedIOException, what is no record an IllegalArgumentException. */
public final class RecordFile {

    private RecordFile() {}

    /** The records of a file that holds one, or several in its field {@code records}. */
    public static List<BenchRecord> readAll(Path file) {
        return read(file, BenchRecord.SCHEMA, json -> {
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
     * A record of another kind, whose JSON has a field {@code schema}.
     *
     * @param newest schema that can be read
     * @throws UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if the file is cut short, no such record, or of a schema newer than {@code newest}
     */
    public static <T> T readOne(Path file, int newest, Class<T> type) {
        return read(file, newest, json -> parsed(json, newest, type));
    }

    /** The JSON of a record: absent fields are left out, and a number that is not finite is null. */
    public static String toJson(Object record) {
        return Json.GSON.toJson(record) + "\n";
    }

    static BenchRecord readOne(Path file) {
        return read(file, BenchRecord.SCHEMA, RecordFile::record);
    }

    private static <T> T read(Path file, int newest, Function<JsonObject, T> parse) {
        String text = text(file);
        try {
            return parse.apply(Json.GSON.fromJson(text, JsonObject.class));
        } catch (NewerSchemaException e) {
            throw new IllegalArgumentException(
                    file + " must have schema " + newest + " or older, got " + e.schema
                            + ": read it with a newer Vivace",
                    e);
        } catch (RuntimeException e) {
            // Gson and the constructors it calls tell of a broken file in a dozen exception types.
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
            throw new NewerSchemaException(schema);
        }
        return Json.GSON.fromJson(json, type);
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

        private final int schema;

        NewerSchemaException(int schema) {
            this.schema = schema;
        }
    }
}
