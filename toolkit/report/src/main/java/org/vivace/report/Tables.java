package org.vivace.report;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.vivace.measure.Atomically;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Samples;
import org.vivace.measure.Variant;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A record as a table: plain DJL first, plain DJL against itself where that was timed, then every variant. */
public final class Tables {

    private static final double MIB = 1 << 20;

    private Tables() {}

    /**
     * The columns {@code methods}, {@code step ms} with its interval {@code step low} and {@code step high},
     * {@code speedup} with {@code speedup low} and {@code speedup high}, and {@code verdict}; then {@code loss},
     * {@code peak MiB}, {@code first step ms} and {@code MFU} where at least one row has them. What was not measured is missing.
     */
    public static Table of(BenchRecord record) {
        List<Line> lines = lines(record);
        Table table = Table.create(
                record.workload(),
                texts("methods", lines, Line::title),
                numbers("step ms", lines, line -> line.step.median()),
                numbers("step low", lines, line -> line.step.low()),
                numbers("step high", lines, line -> line.step.high()),
                numbers("speedup", lines, line -> line.speedup.median()),
                numbers("speedup low", lines, line -> line.speedup.low()),
                numbers("speedup high", lines, line -> line.speedup.high()),
                texts("verdict", lines, Line::verdict));
        for (DoubleColumn optional : List.of(
                numbers("loss", lines, Line::loss),
                numbers("peak MiB", lines, Line::peakMib),
                numbers("first step ms", lines, Line::firstStep),
                numbers("MFU", lines, Line::mfu))) {
            if (optional.countMissing() < optional.size()) {
                table.addColumns(optional);
            }
        }
        return table;
    }

    /** The table as comma-separated values, numbers with six significant digits. */
    public static String csv(BenchRecord record) {
        return csv(of(record));
    }

    private static String csv(Table table) {
        StringWriter text = new StringWriter();
        table.write().csv(text);
        return text.toString();
    }

    static Path writeCsv(Table table, Path file) {
        return Atomically.write(file, csv(table));
    }

    /** Writes the table as CSV, whole or not at all. */
    public static Path writeCsv(BenchRecord record, Path file) {
        return writeCsv(of(record), file);
    }

    /**
     * The rows as a reader of words wants them: intervals behind their medians, few digits, the header first, and of a
     * recipe that begins with the whole of the one above only what it adds.
     */
    static List<List<String>> cells(BenchRecord record) {
        List<Line> lines = lines(record);
        Table table = of(record);
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("methods", "step ms", "speedup", "verdict"));
        List<String> more = table.columnNames().subList(8, table.columnCount());
        more.forEach(name -> header.add(name.replace(' ', '\n')));
        rows.add(header);
        for (int row = 0; row < lines.size(); row++) {
            Line line = lines.get(row);
            String title = row == 0 ? line.title : added(lines.get(row - 1).title, line.title);
            List<String> cells = new ArrayList<>(
                    List.of(title, Figures.number(line.step), Figures.ratio(line.speedup), line.verdict));
            for (String optional : more) {
                double value = table.doubleColumn(optional).getDouble(row);
                boolean small = optional.equals("loss") || optional.equals("MFU");
                cells.add(small ? Figures.ratio(value) : Figures.number(value));
            }
            rows.add(cells);
        }
        return rows;
    }

    private static String added(String above, String recipe) {
        return recipe.startsWith(above + " + ") ? recipe.substring(above.length() + 1) : recipe;
    }

    /** Whether there is any step time to show. */
    static boolean timed(BenchRecord record) {
        return lines(record).stream().anyMatch(line -> Double.isFinite(line.step.median()));
    }

    /** What was not measured is NaN. */
    private record Line(
            String title,
            Interval step,
            Interval speedup,
            String verdict,
            double loss,
            double peakMib,
            double firstStep,
            double mfu) {}

    private static List<Line> lines(BenchRecord record) {
        List<Line> lines = new ArrayList<>();
        Baseline base = record.baseline();
        Interval one = new Interval(1, Double.NaN, Double.NaN);
        lines.add(new Line(
                Words.BASELINE,
                base.stepMillis(),
                one,
                "baseline",
                base.loss().orElse(Double.NaN),
                mebibytes(base.peakBytes()),
                base.firstStepMillis().orElse(Double.NaN),
                base.mfu().orElse(Double.NaN)));
        record.aa()
                .ifPresent(aa -> lines.add(new Line(
                        Words.BASELINE + " again",
                        new Samples(Words.BASELINE, aa.nanos()).stepMillis(),
                        aa.speedup(),
                        aa.verdict().toString(),
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN)));
        for (Variant each : record.variants()) {
            lines.add(new Line(
                    each.title(),
                    each.stepMillis(),
                    each.speedup(),
                    each.verdict().toString(),
                    each.loss().orElse(Double.NaN),
                    mebibytes(each.peakBytes()),
                    each.firstStepMillis().orElse(Double.NaN),
                    each.mfu().orElse(Double.NaN)));
        }
        return lines;
    }

    private static double mebibytes(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / MIB : Double.NaN;
    }

    private static StringColumn texts(String name, List<Line> lines, Function<Line, String> value) {
        return StringColumn.create(name, lines.stream().map(value));
    }

    static <T> DoubleColumn numbers(String name, List<T> lines, Function<T, Double> value) {
        DoubleColumn column = DoubleColumn.create(name);
        for (T line : lines) {
            Double number = value.apply(line);
            if (number == null || !Double.isFinite(number)) {
                column.appendMissing();
            } else {
                column.append(
                        BigDecimal.valueOf(number).round(new MathContext(6)).doubleValue());
            }
        }
        return column;
    }
}
