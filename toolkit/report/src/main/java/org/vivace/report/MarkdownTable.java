package org.vivace.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

/** Records as tables for documents in Markdown. */
public final class MarkdownTable {

    private static final int MEMORY_COLUMN = 5;

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
        boolean memory = records.stream()
                .anyMatch(each -> each.getValue().baseline().peakBytes().isPresent());
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(
                memory,
                "workload",
                "recipe",
                "plain DJL, ms a step",
                "recipe, ms a step",
                "speedup",
                "peak memory, MiB",
                "plain DJL against itself",
                "machine"));
        records.forEach(each -> rows.add(line(memory, each.getKey(), each.getValue())));
        return markdown(rows);
    }

    private static List<String> line(boolean memory, String link, BenchRecord record) {
        Variant recipe = record.recipe()
                .orElseThrow(() -> new IllegalArgumentException("a record must have a variant to stand in a table, got "
                        + link + " without: measure at least one recipe"));
        OptionalLong before = record.baseline().peakBytes();
        OptionalLong after = recipe.peakBytes();
        return row(
                memory,
                "[" + record.workload() + "](" + link + ")",
                recipe.title(),
                Figures.number(record.baseline().stepMillis().median()),
                Figures.number(recipe.stepMillis().median()),
                Words.compared(recipe.speedup(), recipe.verdict()),
                before.isEmpty() || after.isEmpty()
                        ? "-"
                        : mebibytes(before.getAsLong()) + " to " + mebibytes(after.getAsLong()),
                record.aa()
                        .map(aa -> Words.compared(aa.speedup(), aa.verdict()))
                        .orElse(Verdict.NOT_TIMED.toString()),
                Provenance.machine(record));
    }

    private static List<String> row(boolean memory, String... cells) {
        List<String> row = new ArrayList<>(List.of(cells));
        if (!memory) {
            row.remove(MEMORY_COLUMN);
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
                "machine",
                "command"));
        records.forEach(each -> rows.add(qualityLine(each.getKey(), each.getValue())));
        return markdown(rows);
    }

    private static List<String> qualityLine(String link, BenchRecord record) {
        Quality quality = record.quality().orElseThrow();
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
                recipe.speedup()
                        .map(speedup -> Words.compared(speedup, Verdict.of(speedup)))
                        .orElse("-"),
                QualityWords.end(quality.baseline()),
                QualityWords.end(recipe)
                        + recipe.gain()
                                .map(gain -> ", " + QualityWords.verdict(gain))
                                .orElse(""),
                String.valueOf(recipe.trials().size()),
                Provenance.machine(record),
                "`" + record.command() + "`");
    }

    /**
     * The README's few lines, one for each workload: the time to a target that every seed of both sides reached, of the
     * record that gains most; of a workload without one the time of a step; and last the memory of the record that saves
     * most of it where its step is no faster.
     *
     * @param records each with the link that its line carries
     */
    public static String summary(List<Map.Entry<String, BenchRecord>> records) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "target", "plain DJL", "Vivace", "methods"));
        List<BenchRecord> shown = new ArrayList<>();
        Set<String> workloads = records.stream()
                .map(each -> each.getValue().workload())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (String workload : workloads) {
            best(records, workload, MarkdownTable::timesAsFast).ifPresent(each -> {
                shown.add(each.getValue());
                Quality quality = each.getValue().quality().orElseThrow();
                QualityArm recipe = QualityWords.recipe(quality).orElseThrow();
                rows.add(List.of(
                        link(each),
                        QualityWords.target(quality),
                        QualityWords.timeToTarget(quality.baseline()),
                        QualityWords.timeToTarget(recipe) + ", "
                                + Figures.ratio(recipe.speedup().orElseThrow()) + " times as fast",
                        String.join(" + ", recipe.methods())));
            });
        }
        Set<String> without = new LinkedHashSet<>(workloads);
        shown.forEach(record -> without.remove(record.workload()));
        for (String workload : without) {
            best(records, workload, MarkdownTable::speedup).ifPresent(each -> {
                shown.add(each.getValue());
                Variant recipe = each.getValue().recipe().orElseThrow();
                rows.add(List.of(
                        link(each),
                        "a training step",
                        Figures.number(each.getValue().baseline().stepMillis().median()) + " ms",
                        Figures.number(recipe.stepMillis().median()) + " ms, " + Figures.ratio(recipe.speedup())
                                + " times as fast",
                        recipe.title()));
            });
        }
        records.stream()
                .filter(each -> saved(each.getValue()) > 1 && speedup(each.getValue()) < 1)
                .max(Comparator.comparingDouble(each -> saved(each.getValue())))
                .ifPresent(each -> {
                    shown.add(each.getValue());
                    Variant recipe = each.getValue().recipe().orElseThrow();
                    rows.add(List.of(
                            link(each),
                            "peak memory of a step",
                            mebibytes(each.getValue().baseline().peakBytes().getAsLong()) + " MiB",
                            mebibytes(recipe.peakBytes().getAsLong()) + " MiB, in a step of "
                                    + Figures.ratio(recipe.speedup()) + " times the speed",
                            recipe.title()));
                });
        return rows.size() == 1
                ? ""
                : markdown(rows) + "\nMeasured on "
                        + shown.stream().map(Provenance::machine).distinct().collect(Collectors.joining(" and on "))
                        + ".\n";
    }

    private static String link(Map.Entry<String, BenchRecord> each) {
        return "[" + each.getValue().workload() + "](" + each.getKey() + ")";
    }

    /** The workload's record with the highest value, if one is above 1: optimizers alone are no workload. */
    private static Optional<Map.Entry<String, BenchRecord>> best(
            List<Map.Entry<String, BenchRecord>> records, String workload, ToDoubleFunction<BenchRecord> value) {
        return records.stream()
                .filter(each -> each.getValue().workload().equals(workload) && !workload.startsWith("optimizer"))
                .filter(each -> value.applyAsDouble(each.getValue()) > 1)
                .max(Comparator.comparingDouble(each -> value.applyAsDouble(each.getValue())));
    }

    /** 0 where not every seed of both sides reached the target. */
    private static double timesAsFast(BenchRecord record) {
        return record.quality()
                .flatMap(QualityWords::recipe)
                .flatMap(QualityArm::speedup)
                .map(Interval::median)
                .orElse(0.0);
    }

    private static double speedup(BenchRecord record) {
        return record.recipe().map(recipe -> recipe.speedup().median()).orElse(0.0);
    }

    /** How many times the recipe's peak plain DJL's is; 0 where one was not measured. */
    private static double saved(BenchRecord record) {
        OptionalLong before = record.baseline().peakBytes();
        OptionalLong after = record.recipe().map(Variant::peakBytes).orElse(OptionalLong.empty());
        return before.isEmpty() || after.isEmpty() ? 0 : (double) before.getAsLong() / after.getAsLong();
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
