package org.vivace.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.Variant;

/** Records as tables for documents in Markdown. */
public final class MarkdownTable {

    private MarkdownTable() {}

    /** Every line of one record: the baseline, the baseline again, each variant. */
    public static String of(BenchRecord record) {
        return markdown(Tables.cells(record));
    }

    /**
     * A line a record: its recipe against plain DJL, with the 95 % interval of the speedup, and plain DJL against itself.
     *
     * @param records by the links that the lines carry, in the order of the lines; each must have a variant
     */
    public static String ofRecipes(Map<String, BenchRecord> records) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload",
                "recipe",
                "plain DJL, ms a step",
                "recipe, ms a step",
                "speedup",
                "plain DJL against itself"));
        records.forEach((link, record) -> {
            Variant recipe = record.recipe()
                    .orElseThrow(
                            () -> new IllegalArgumentException("a record must have a variant to stand in a table, got "
                                    + link + " without: measure at least one recipe"));
            rows.add(List.of(
                    "[" + record.workload() + "](" + link + ")",
                    recipe.title(),
                    Words.millis(record.baseline().stepMillis().median()),
                    Words.millis(recipe.stepMillis().median()),
                    Words.ratio(recipe.speedup()) + ", " + recipe.verdict(),
                    record.aa() == null
                            ? "-"
                            : Words.ratio(record.aa().speedup()) + ", "
                                    + record.aa().verdict()));
        });
        return markdown(rows);
    }

    /** What a record was measured on, in one sentence. */
    public static String provenance(BenchRecord record) {
        Machine machine = record.machine();
        String flags = machine.flags().isEmpty() ? "" : " (" + String.join(", ", machine.flags()) + ")";
        return "Measured by `" + record.command() + "` on " + machine.cpu() + flags + ", " + machine.cores()
                + (machine.cores() == 1 ? " core" : " cores") + ", device " + machine.device() + ", "
                + machine.threads() + (machine.threads() == 1 ? " thread" : " threads") + "; " + machine.jdk()
                + ", DJL " + machine.djl() + ", libtorch " + machine.libtorch() + "; commit " + machine.commit() + ", "
                + record.date() + ".";
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
        cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
        text.append('\n');
    }
}
