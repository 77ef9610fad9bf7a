package org.vivace.jupyter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Checks the outputs of an executed notebook: charts, tables and checks, not only the absence of errors. */
final class ExecutedNotebook {

    /** The tag, also known to Jupyter, of a cell that fails on purpose. */
    private static final String MAY_FAIL = "raises-exception";

    private static final Pattern TRACE =
            Pattern.compile("(?m)^\\s*at [\\w.$/<>]+\\(.*\\)\\s*$|Traceback \\(most recent");
    private static final Pattern PLOT = Pattern.compile("\\b(Profile)?Plots\\.\\w");
    private static final Pattern CHECK = Pattern.compile("\\bCheck\\.\\w+\\(");
    private static final Pattern COLOURS = Pattern.compile("\\u001b\\[[0-9;]*m");

    private record Cell(String name, String source, List<JsonObject> outputs, boolean executed, boolean mayFail) {

        boolean shows(String mimeType) {
            return outputs.stream()
                    .anyMatch(output ->
                            output.has("data") && output.getAsJsonObject("data").has(mimeType));
        }
    }

    private final List<Cell> cells;

    private ExecutedNotebook(List<Cell> cells) {
        this.cells = cells;
    }

    /** @param json of a notebook of format 4 with its outputs */
    public static ExecutedNotebook parse(String json) {
        List<Cell> cells = new ArrayList<>();
        int number = 0;
        for (JsonElement each : JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("cells")) {
            JsonObject cell = each.getAsJsonObject();
            number++;
            String source = text(cell.get("source"));
            if (cell.get("cell_type").getAsString().equals("code") && !source.isBlank()) {
                cells.add(new Cell(
                        cell.has("id") ? cell.get("id").getAsString() : String.valueOf(number),
                        source,
                        objects(cell.getAsJsonArray("outputs")),
                        !cell.get("execution_count").isJsonNull(),
                        tags(cell).contains(MAY_FAIL)));
            }
        }
        return new ExecutedNotebook(cells);
    }

    /** The problems, a sentence each; empty if there are none. */
    public List<String> problems() {
        if (cells.isEmpty()) {
            return List.of("expected cells with code, found none: write some");
        }
        List<String> problems = new ArrayList<>(failures());
        if (!problems.isEmpty()) {
            // What follows an error tells little.
            return problems;
        }
        cells.forEach(cell -> addProblems(cell, problems));
        if (cells.stream().noneMatch(cell -> cell.shows("image/png"))) {
            problems.add("expected a chart, found no image in any output: end a cell in one");
        }
        if (cells.stream().noneMatch(cell -> cell.shows("text/html"))) {
            problems.add("expected a table or a verdict, found none in any output: end a cell in a record or a table");
        }
        Cell last = cells.get(cells.size() - 1);
        if (!CHECK.matcher(last.source()).find()) {
            problems.add(
                    in(last) + "expected the last cell to check the notebook's numbers, found no Check in it: end in"
                            + " Check.that(...)");
        } else if (!streams(last, "stdout").contains("ok: ") && problems.isEmpty()) {
            problems.add(in(last) + "expected \"ok: ...\" from the checks, found no such line: let them run");
        }
        return problems;
    }

    /** The first error, if any. */
    List<String> failures() {
        return cells.stream()
                .filter(cell -> !cell.mayFail())
                .flatMap(cell -> cell.outputs().stream()
                        .filter(output -> type(output).equals("error"))
                        .map(output -> in(cell) + error(output)))
                .limit(1)
                .toList();
    }

    /** The cells' standard output. */
    String printed() {
        return cells.stream().map(cell -> streams(cell, "stdout")).collect(Collectors.joining());
    }

    private static void addProblems(Cell cell, List<String> problems) {
        if (!cell.executed()) {
            problems.add(in(cell) + "expected it to be executed, found that it was not: read Jupyter's output");
        }
        String noise = streams(cell, "stderr").strip();
        if (!noise.isEmpty()) {
            problems.add(in(cell) + "expected nothing on standard error, found \"" + firstLine(noise) + "\"");
        } else if (!cell.mayFail() && TRACE.matcher(everything(cell)).find()) {
            problems.add(in(cell) + "expected no stack trace, found one in the output: handle what throws there");
        }
        if (PLOT.matcher(cell.source()).find() && !cell.shows("image/png") && !cell.mayFail()) {
            problems.add(in(cell) + "expected the chart that it draws, found no image: make that the last expression");
        }
    }

    private static String in(Cell cell) {
        return "cell " + cell.name() + ": ";
    }

    /** The first informative line of an error. */
    private static String error(JsonObject output) {
        String name = text(output.get("ename"));
        String value = firstLine(text(output.get("evalue")));
        String trace = firstLine(
                StreamSupport.stream(output.getAsJsonArray("traceback").spliterator(), false)
                        .map(JsonElement::getAsString)
                        .flatMap(lines -> COLOURS.matcher(lines).replaceAll("").lines())
                        .filter(line -> !line.isBlank() && !line.startsWith("-----"))
                        .collect(Collectors.joining("\n")));
        return value.isBlank() ? name + ", " + trace : trace.contains(value) ? trace : name + ": " + value;
    }

    private static String streams(Cell cell, String name) {
        return cell.outputs().stream()
                .filter(output -> type(output).equals("stream")
                        && text(output.get("name")).equals(name))
                .map(output -> text(output.get("text")))
                .collect(Collectors.joining());
    }

    private static String everything(Cell cell) {
        return cell.outputs().stream()
                .flatMap(output -> output.has("data")
                        ? output.getAsJsonObject("data").entrySet().stream()
                                .filter(each -> each.getKey().startsWith("text/"))
                                .map(each -> text(each.getValue()))
                        : java.util.stream.Stream.of(text(output.get("text"))))
                .collect(Collectors.joining("\n"));
    }

    private static String type(JsonObject output) {
        return output.get("output_type").getAsString();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static List<String> tags(JsonObject cell) {
        JsonElement tags = cell.getAsJsonObject("metadata").get("tags");
        return tags == null
                ? List.of()
                : StreamSupport.stream(tags.getAsJsonArray().spliterator(), false)
                        .map(JsonElement::getAsString)
                        .toList();
    }

    /** Notebooks store text as a list of lines or as one string. */
    private static String text(JsonElement json) {
        if (json == null || json.isJsonNull()) {
            return "";
        }
        return json.isJsonArray()
                ? StreamSupport.stream(json.getAsJsonArray().spliterator(), false)
                        .map(JsonElement::getAsString)
                        .collect(Collectors.joining())
                : json.getAsString();
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("");
    }
}
