package org.vivace.jupyter;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Jupyter notebook for the Java kernel, without outputs (nbformat 4.5). */
public record NotebookFile(List<Cell> cells) {

    /** @param id stays the same when the notebook is edited */
    public record Cell(String id, boolean code, String source) {}

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final Pattern CELL =
            Pattern.compile("<!-- cell: ([a-z-]+) -->\n(.*?)(?=<!-- cell: |\\z)", Pattern.DOTALL);
    private static final String FENCE = "```java\n";

    /** From a document whose cells begin with a line {@code <!-- cell: ID -->}; code is in a fence. */
    public static NotebookFile parse(String document) {
        List<Cell> cells = new ArrayList<>();
        Matcher matcher = CELL.matcher(document);
        while (matcher.find()) {
            String text = matcher.group(2).strip();
            boolean code = text.startsWith(FENCE);
            String source = code ? text.substring(FENCE.length(), text.lastIndexOf("```")) : text;
            cells.add(new Cell(matcher.group(1), code, source.strip()));
        }
        return new NotebookFile(cells);
    }

    /** @throws IllegalArgumentException if the file is not a notebook */
    public static NotebookFile read(Path file) {
        try {
            List<Cell> cells = new ArrayList<>();
            JsonObject notebook = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            for (JsonElement each : notebook.getAsJsonArray("cells")) {
                JsonObject cell = each.getAsJsonObject();
                StringBuilder source = new StringBuilder();
                cell.getAsJsonArray("source").forEach(line -> source.append(line.getAsString()));
                boolean code = cell.get("cell_type").getAsString().equals("code");
                cells.add(new Cell(cell.get("id").getAsString(), code, source.toString()));
            }
            return new NotebookFile(cells);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " must be a readable notebook, got " + e + ": check the path", e);
        } catch (RuntimeException e) {
            // Gson reports a broken file with several exception types.
            throw new IllegalArgumentException(
                    file + " must be a notebook of format 4.5, got something else: write it with Jupyter 4 or newer",
                    e);
        }
    }

    /** As Jupyter itself writes it: keys in alphabetical order, indented by one space, a line break at the end. */
    public String toJson() {
        JsonArray all = new JsonArray();
        cells.forEach(cell -> all.add(json(cell)));
        JsonObject metadata = new JsonObject();
        metadata.add("kernelspec", object("display_name", "Java", "language", "java", "name", "java"));
        metadata.add("language_info", object("name", "java"));
        JsonObject notebook = new JsonObject();
        notebook.add("cells", all);
        notebook.add("metadata", metadata);
        notebook.addProperty("nbformat", 4);
        notebook.addProperty("nbformat_minor", 5);
        StringWriter text = new StringWriter();
        JsonWriter writer = new JsonWriter(text);
        writer.setIndent(" ");
        writer.setHtmlSafe(false);
        GSON.toJson(notebook, writer);
        return text + "\n";
    }

    private static JsonObject json(Cell cell) {
        JsonObject json = new JsonObject();
        json.addProperty("cell_type", cell.code() ? "code" : "markdown");
        if (cell.code()) {
            json.add("execution_count", null);
        }
        json.addProperty("id", cell.id());
        json.add("metadata", new JsonObject());
        if (cell.code()) {
            json.add("outputs", new JsonArray());
        }
        JsonArray lines = new JsonArray();
        Pattern.compile("(?<=\n)").splitAsStream(cell.source()).forEach(lines::add);
        json.add("source", lines);
        return json;
    }

    private static JsonObject object(String... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.addProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
