package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.profile.ProfileRecord;

/** A profile as one HTML file that needs nothing else. */
final class ProfilePage {

    private static final Map<String, String> CAPTIONS = Map.of(
            "split",
            "The time of each phase of a training step, in the mean over all steps.",
            "roofline",
            "The rates that the operators of forward, loss and backward reach, under this machine's peak rates (roofline)."
                    + " Operators that compute nothing, such as copies, are left out.",
            "memory",
            "The memory in use over one step, by phase.",
            "throughput",
            "The median latency of a call against the throughput, in inputs a second.");

    private ProfilePage() {}

    /** The page's text, which is also well-formed XML. */
    static String of(ProfileRecord record, Map<String, BufferedImage> plots) {
        StringBuilder tables = new StringBuilder();
        tables(record)
                .forEach((title, rows) -> tables.append("<h2>%s</h2>\n".formatted(HtmlPage.escape(title)))
                        .append(HtmlTable.of(rows)));
        Map<String, String> settings = new LinkedHashMap<>(record.settings());
        settings.put("methods", record.methods().isEmpty() ? "none" : String.join(" + ", record.methods()));
        return HtmlPage.page(
                "profile of " + record.workload(),
                HtmlPage.escape(ProfileWords.headline(record)),
                lead(record)
                        + help(record)
                        + HtmlPage.notes(record.notes())
                        + HtmlPage.figures(plots, name -> CAPTIONS.getOrDefault(name, name))
                        + tables
                        + HtmlPage.paragraphs("small", remarks(record)),
                HtmlPage.facts(record.machine(), record.date(), settings),
                record.command(),
                record.toJson());
    }

    /** The verdict's reasons, a line each, and below them what else was found. */
    private static String lead(ProfileRecord record) {
        List<String> sentences = ProfileWords.sentences(record);
        List<String> rest = record.verdict().isEmpty() ? sentences.subList(1, sentences.size()) : sentences;
        String lead = HtmlPage.paragraphs("lead", ProfileWords.reasons(record));
        return rest.isEmpty() ? lead : lead + "<p>%s</p>\n".formatted(HtmlPage.escape(String.join(" ", rest)));
    }

    private static String help(ProfileRecord record) {
        List<List<String>> rows = RemedyTable.cells(record);
        return rows.size() == 1 ? "" : "<h2>%s</h2>\n".formatted(RemedyTable.TITLE) + HtmlTable.of(rows);
    }

    /** What a reader of the tables must know of how they were measured. */
    static List<String> remarks(ProfileRecord record) {
        List<String> remarks = new ArrayList<>();
        record.overhead().ifPresent(overhead -> remarks.add(ProfileWords.overhead(overhead)));
        record.tracedSteps().ifPresent(steps -> remarks.add(ProfileWords.operators(steps)));
        return remarks;
    }

    /** The tables that the record has data for, by their titles; what would help is in none of them. */
    static Map<String, List<List<String>>> tables(ProfileRecord record) {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        if (!record.split().isEmpty()) {
            tables.put("The phases of a step", ProfileTables.splitCells(record.split()));
        }
        if (!record.blocks().isEmpty()) {
            tables.put("The blocks that take longest", ProfileTables.blockCells(record.blocks()));
        }
        record.tracedSteps()
                .ifPresent(steps ->
                        tables.put("The operators that take longest", OperatorTables.cells(record.operators(), steps)));
        record.memory().ifPresent(memory -> {
            tables.put("Memory", ProfileTables.memoryCells(memory));
            if (!memory.leaks().isEmpty()) {
                tables.put("Arrays that outlive their batch", ProfileTables.leakCells(memory.leaks()));
            }
        });
        record.inference().ifPresent(inference -> {
            tables.put("The phases of a prediction", ProfileTables.splitCells(inference.split()));
            tables.put("Predictions under load", ProfileTables.loadCells(inference));
            tables.put("The blocks that take longest in a prediction", ProfileTables.blockCells(inference.blocks()));
        });
        return tables;
    }
}
