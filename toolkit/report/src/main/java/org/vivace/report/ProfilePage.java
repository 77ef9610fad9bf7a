package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.profile.InferenceProfile;
import org.vivace.profile.MemoryProfile;
import org.vivace.profile.ProfileRecord;

/** A profile as one HTML file that needs nothing else. */
final class ProfilePage {

    private static final Map<String, String> CAPTIONS = Map.of(
            "split",
            "What each part takes of a training step, the mean over the steps.",
            "roofline",
            "What the operators of forward, loss and backward reach, against what this machine can do at best. One that"
                    + " computes nothing, a copy for instance, has no place here.",
            "memory",
            "The memory in use over one step, by the part of it.",
            "throughput",
            "The median time of a call against the inputs that are answered in a second.");

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>Vivace: profile of %s</title>
            <style>
            %s</style>
            </head>
            <body>
            <h1>%s</h1>
            %s%s%s%s%s<h2>Measured on</h2>
            %s<h2>To measure again</h2>
            <pre class="command">%s</pre>
            <details>
            <summary>The record, raw samples included</summary>
            <pre>%s</pre>
            </details>
            </body>
            </html>
            """;

    private ProfilePage() {}

    /** The page's text, which is also well-formed XML. */
    static String of(ProfileRecord record, Map<String, BufferedImage> plots) {
        StringBuilder notes = new StringBuilder();
        record.notes().forEach(note -> notes.append("<p class=\"note\">%s</p>\n".formatted(escaped(note))));
        StringBuilder figures = new StringBuilder();
        plots.forEach((name, image) -> figures.append(HtmlPage.figure(CAPTIONS.getOrDefault(name, name), image)));
        StringBuilder tables = new StringBuilder();
        tables(record)
                .forEach((title, rows) ->
                        tables.append("<h2>%s</h2>\n".formatted(escaped(title))).append(HtmlTable.of(rows)));
        remarks(record).forEach(remark -> tables.append("<p class=\"small\">%s</p>\n".formatted(escaped(remark))));
        Map<String, String> settings = new LinkedHashMap<>(record.settings());
        settings.put("methods", record.methods().isEmpty() ? "none" : String.join(" + ", record.methods()));
        return PAGE.formatted(
                escaped(record.workload()),
                PageStyle.CSS,
                escaped(ProfileWords.headline(record)),
                lead(record),
                help(record),
                notes,
                figures,
                tables,
                HtmlPage.facts(record.machine(), record.date(), settings),
                escaped(record.command()),
                escaped(record.toJson()));
    }

    /** The verdict's reasons, a line each, and below them what else was found. */
    private static String lead(ProfileRecord record) {
        List<String> sentences = ProfileWords.sentences(record);
        List<String> rest = record.verdict() == null ? sentences.subList(1, sentences.size()) : sentences;
        StringBuilder html = new StringBuilder();
        ProfileWords.reasons(record)
                .forEach(reason -> html.append("<p class=\"lead\">%s</p>\n".formatted(escaped(reason))));
        if (!rest.isEmpty()) {
            html.append("<p>%s</p>\n".formatted(escaped(String.join(" ", rest))));
        }
        return html.toString();
    }

    private static String help(ProfileRecord record) {
        List<List<String>> rows = RemedyTable.cells(record);
        return rows.size() == 1 ? "" : "<h2>%s</h2>\n".formatted(RemedyTable.TITLE) + HtmlTable.of(rows);
    }

    /** What a reader of the tables must know of how they were measured. */
    static List<String> remarks(ProfileRecord record) {
        List<String> remarks = new ArrayList<>();
        if (record.overhead() != null) {
            remarks.add(ProfileWords.overhead(record));
        }
        if (record.tracedSteps() != null) {
            remarks.add(ProfileWords.operators(record));
        }
        return remarks;
    }

    /** The tables that the record has data for, by their titles; what would help is in none of them. */
    static Map<String, List<List<String>>> tables(ProfileRecord record) {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        if (!record.split().isEmpty()) {
            tables.put("The parts of a step", ProfileTables.splitCells(record.split()));
        }
        if (!record.blocks().isEmpty()) {
            tables.put("The blocks that take longest", ProfileTables.blockCells(record.blocks()));
        }
        if (record.tracedSteps() != null) {
            tables.put(
                    "The operators that take longest", OperatorTables.cells(record.operators(), record.tracedSteps()));
        }
        MemoryProfile memory = record.memory();
        if (memory != null) {
            tables.put("Memory", ProfileTables.memoryCells(memory));
            if (!memory.leaks().isEmpty()) {
                tables.put("Arrays that outlive their batch", ProfileTables.leakCells(memory.leaks()));
            }
        }
        InferenceProfile inference = record.inference();
        if (inference != null) {
            tables.put("The parts of a prediction", ProfileTables.splitCells(inference.split()));
            tables.put("Predictions under load", ProfileTables.loadCells(inference));
            tables.put("The blocks that take longest in a prediction", ProfileTables.blockCells(inference.blocks()));
        }
        return tables;
    }

    private static String escaped(String text) {
        return HtmlPage.escape(text);
    }
}
