package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.vivace.bench.Prediction;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.StepTime;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.Profile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Remedy;
import org.vivace.profile.StepVerdict;
import org.vivace.train.TrainingRecord;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Results as pieces of HTML that stand in somebody else's page, a notebook's for instance: what was found, then the
 * numbers, with what colours them inside.
 */
public final class Fragment {

    private static final double MIB = 1 << 20;

    private Fragment() {}

    /** The sentences of its headline, the step times and what trainings over seeds found. */
    public static String of(BenchRecord record) {
        StringBuilder html = new StringBuilder(said(Words.sentences(record)));
        if (Tables.timed(record)) {
            html.append(shown(Tables.cells(record)));
        }
        if (record.quality().isPresent()) {
            html.append(shown(QualityTable.cells(record)));
        }
        record.notes().forEach(note -> html.append(paragraph("Note: " + note)));
        return html.toString();
    }

    /** The verdict with its reasons, the phases of a step and what would help. */
    public static String of(ProfileRecord record) {
        List<String> said = new ArrayList<>(List.of(ProfileWords.headline(record)));
        said.addAll(ProfileWords.reasons(record));
        StringBuilder html = new StringBuilder(said(said));
        if (!record.split().isEmpty()) {
            html.append(shown(ProfileTables.splitCells(record.split())));
        }
        List<List<String>> help = RemedyTable.cells(record);
        return html.append(help.size() == 1 ? "" : shown(help)).toString();
    }

    /** The verdict, where there is one, and the phases of a step. */
    public static String of(Profile profile) {
        List<String> said = profile.verdict().map(Fragment::sentences).orElse(List.of());
        return said(said) + shown(ProfileTables.splitCells(profile.split()));
    }

    /** The finding, its evidence, and what would help. */
    public static String of(StepVerdict verdict) {
        List<List<String>> rows =
                new ArrayList<>(List.of(List.of("what would help", "predicted,\ntimes as fast", "why")));
        for (Remedy remedy : verdict.remedies()) {
            rows.add(List.of(remedy.method(), Figures.ratio(remedy.predictedGain()), remedy.why()));
        }
        return said(sentences(verdict)) + (rows.size() == 1 ? "" : shown(rows));
    }

    /** What came of the training, and its evaluations. */
    public static String of(TrainingRecord record) {
        List<List<String>> rows = new ArrayList<>();
        record.evaluations().forEach(each -> {
            if (rows.isEmpty()) {
                List<String> header = new ArrayList<>(List.of("step", "seconds", "loss"));
                header.addAll(each.values().keySet());
                rows.add(header);
            }
            List<String> row = new ArrayList<>(
                    List.of("" + each.step(), Figures.number(each.seconds()), Figures.significant(each.loss())));
            each.values().values().forEach(value -> row.add(Figures.significant(value)));
            rows.add(row);
        });
        return said(List.of(record.toString())) + (rows.isEmpty() ? "" : shown(rows));
    }

    /** What the pass costs, and below that what was assumed. */
    public static String of(Estimate estimate) {
        StringBuilder html = new StringBuilder(of(table(estimate)));
        estimate.notes().forEach(note -> html.append(paragraph(note)));
        return html.toString();
    }

    /** A table's rows, numbers with four digits. */
    public static String of(Table table) {
        return shown(rows(table));
    }

    /** Sentences, one a line, and a table. */
    public static String of(String sentences, Table table) {
        return said(sentences.lines().toList()) + of(table);
    }

    /** A table in ASCII, at most 100 characters wide. */
    public static String text(Table table) {
        return TextTable.of(rows(table));
    }

    /** The rates that were tried and what came of each. */
    public static Table table(TuningRecord record) {
        return Table.create(
                "learning rates",
                DoubleColumn.create(
                        "learning rate",
                        record.rates().stream()
                                .map(TuningRecord.Rated::learningRate)
                                .toArray(Double[]::new)),
                StringColumn.create(
                        record.measure().name(),
                        record.rates().stream()
                                .map(each -> each.trial()
                                        .map(trial -> Figures.significant(trial.finalQuality())
                                                + (record.best().equals(OptionalDouble.of(each.learningRate()))
                                                        ? ", best"
                                                        : ""))
                                        .orElse("diverged"))
                                .toList()));
    }

    /** Two rows, stock DJL and the recipe; times in milliseconds, memory in MiB. */
    public static Table table(Prediction prediction) {
        StepTime plain = prediction.plain();
        StepTime with = prediction.with();
        return Table.create(
                "predicted for " + prediction.workload(),
                StringColumn.create("methods", "plain DJL", prediction.title()),
                pair("step ms", 1e3 * plain.total(), 1e3 * with.total()),
                pair("forward ms", 1e3 * plain.forward(), 1e3 * with.forward()),
                pair("backward ms", 1e3 * plain.backward(), 1e3 * with.backward()),
                pair("update ms", 1e3 * plain.update(), 1e3 * with.update()),
                pair("peak MiB", prediction.plainBytes() / MIB, prediction.bytes() / MIB),
                pair("speedup", 1, prediction.speedup()));
    }

    private static DoubleColumn pair(String name, double plain, double with) {
        return DoubleColumn.create(name, Math.round(plain * 1000) / 1000.0, Math.round(with * 1000) / 1000.0);
    }

    /** Two columns: what, and how much of it. */
    public static Table table(Estimate estimate) {
        return Table.create(
                "estimate",
                StringColumn.create(
                        "of one pass",
                        "trained values",
                        "GFLOP, forward",
                        "GFLOP, backward",
                        "MiB moved",
                        "peak MiB",
                        "MiB between steps"),
                DoubleColumn.create(
                        "estimated",
                        estimate.parameters(),
                        estimate.forwardFlops() / 1e9,
                        estimate.backwardFlops() / 1e9,
                        estimate.bytesMoved() / MIB,
                        estimate.memory().peak() / MIB,
                        estimate.memory().resident() / MIB));
    }

    private static List<String> sentences(StepVerdict verdict) {
        String evidence = verdict.evidence();
        return List.of(
                verdict.finding() + ".",
                evidence.substring(0, 1).toUpperCase(Locale.ROOT) + evidence.substring(1) + ".",
                verdict.advice());
    }

    private static List<List<String>> rows(Table table) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(table.columnNames());
        IntStream.range(0, table.rowCount())
                .forEach(row -> rows.add(table.columns().stream()
                        .map(column -> cell(column, row))
                        .toList()));
        return rows;
    }

    private static String cell(Column<?> column, int row) {
        if (column instanceof DoubleColumn numbers && !column.isMissing(row)) {
            double value = numbers.getDouble(row);
            // Whole numbers keep all their digits.
            return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Figures.significant(value);
        }
        return column.getString(row);
    }

    /** The first sentence is what was found. */
    private static String said(List<String> sentences) {
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < sentences.size(); i++) {
            String text = HtmlPage.escape(sentences.get(i));
            html.append("<p>").append(i == 0 ? "<b>" + text + "</b>" : text).append("</p>\n");
        }
        return html.toString();
    }

    private static String paragraph(String sentence) {
        return "<p>" + HtmlPage.escape(sentence) + "</p>\n";
    }

    /** Notebooks set tables flush right and small, and know none of the page's classes. */
    private static String shown(List<List<String>> rows) {
        String cell = " style=\"text-align:left\">";
        return HtmlTable.of(rows)
                .replace("<table>", "<table style=\"font-size:15px\">")
                .replace("<th>", "<th" + cell)
                .replace("<td>", "<td" + cell)
                .replace("<td class=\"long\">", "<td" + cell)
                .replaceAll("<b class=\"(faster|better)\">", "<b style=\"color:#0b6e99\">")
                .replaceAll("<b class=\"(slower|worse)\">", "<b style=\"color:#b04c10\">");
    }
}
