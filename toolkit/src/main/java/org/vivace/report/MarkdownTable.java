package org.vivace.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

/** Records as tables for documents in Markdown. */
public final class MarkdownTable {

    private MarkdownTable() {}

    /** Every line of one record: the baseline, the baseline again, each variant. */
    public static String of(BenchRecord record) {
        return markdown(Tables.cells(record));
    }

    /**
     * A line a record: its recipe against plain DJL, with the 95 % interval of the speedup, and plain DJL against itself.
     * The peak of memory has a column where a record has measured it.
     *
     * @param records each with the link that its line carries and at least one variant, in the order of the lines
     */
    public static String ofRecipes(List<Map.Entry<String, BenchRecord>> records) {
        boolean memory =
                records.stream().anyMatch(each -> each.getValue().baseline().peakBytes() != null);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(
                memory,
                "workload",
                "recipe",
                "plain DJL, ms a step",
                "recipe, ms a step",
                "speedup",
                "peak memory, MiB",
                "plain DJL against itself"));
        records.forEach(each -> rows.add(line(memory, each.getKey(), each.getValue())));
        return markdown(rows);
    }

    private static List<String> line(boolean memory, String link, BenchRecord record) {
        Variant recipe = record.recipe()
                .orElseThrow(() -> new IllegalArgumentException("a record must have a variant to stand in a table, got "
                        + link + " without: measure at least one recipe"));
        Long before = record.baseline().peakBytes();
        Long after = recipe.peakBytes();
        return row(
                memory,
                "[" + record.workload() + "](" + link + ")",
                recipe.title(),
                Words.millis(record.baseline().stepMillis().median()),
                Words.millis(recipe.stepMillis().median()),
                Words.compared(recipe.speedup(), recipe.verdict()),
                before == null || after == null ? "-" : mebibytes(before) + " to " + mebibytes(after),
                record.aa() == null
                        ? Verdict.NOT_TIMED.toString()
                        : Words.compared(record.aa().speedup(), record.aa().verdict()));
    }

    private static List<String> row(boolean memory, String... cells) {
        List<String> row = new ArrayList<>(List.of(cells));
        if (!memory) {
            row.remove(cells.length - 2);
        }
        return row;
    }

    private static String mebibytes(long bytes) {
        return String.valueOf(Math.round(bytes / (1024.0 * 1024.0)));
    }

    /**
     * A line a record: the seconds in which plain DJL and the recipe came to the target, over seeds, and what their
     * models were worth at the end of their trainings.
     *
     * @param records each with the link that its line carries and with quality, in the order of the lines
     */
    public static String ofQualities(List<Map.Entry<String, BenchRecord>> records) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload",
                "recipe",
                "target",
                "plain DJL, time to it",
                "recipe, time to it",
                "times as fast",
                "plain DJL at its end",
                "recipe at its end",
                "seeds",
                "command"));
        records.forEach(each -> rows.add(qualityLine(each.getKey(), each.getValue())));
        return markdown(rows);
    }

    private static List<String> qualityLine(String link, BenchRecord record) {
        Quality quality = record.quality();
        QualityArm recipe = QualityWords.recipe(quality)
                .orElseThrow(
                        () -> new IllegalArgumentException("a record must have a trained recipe to stand in a table,"
                                + " got " + link + " without: train one"));
        return List.of(
                "[" + record.workload() + "](" + link + ")",
                String.join(" + ", recipe.methods()),
                QualityWords.target(quality),
                QualityWords.timeToTarget(quality.baseline()),
                QualityWords.timeToTarget(recipe),
                recipe.speedup() == null ? "-" : Words.ratio(recipe.speedup()) + ", " + recipe.verdict(),
                QualityWords.end(quality.baseline()),
                QualityWords.end(recipe) + (recipe.gain() == null ? "" : ", " + QualityWords.verdict(recipe.gain())),
                String.valueOf(recipe.trials().size()),
                "`" + record.command() + "`");
    }

    private static String markdown(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            append(text, rows.get(row));
            if (row == 0) {
                append(text, Collections.nCopies(rows.get(0).size(), "---"));
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells) {
        text.append('|');
        cells.forEach(cell -> text.append(' ')
                .append(cell.replace("|", "\\|").replace('\n', ' '))
                .append(" |"));
        text.append('\n');
    }
}
