package org.vivace.cells;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vivace.bench.Bench;
import org.vivace.bench.CommandText;
import org.vivace.jupyter.Shown;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Machine;
import org.vivace.measure.RecordFile;
import org.vivace.measure.Variant;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Earlier, kept measurements, on larger machines or for longer, beside those made just now.
 *
 * @param kept empty if nothing was kept yet
 * @param here measurements made just now, if they are to be shown too
 * @param command that makes the kept records
 */
public record Recorded(List<BenchRecord> kept, List<BenchRecord> here, String command) implements Shown {

    public Recorded {
        kept = List.copyOf(kept);
        here = List.copyOf(here);
    }

    /**
     * The kept results of larger machines and longer runs for the recipe's last method.
     *
     * @throws IllegalStateException if the bench has no method
     */
    public static Recorded of(Bench bench) {
        List<EfficiencyMethod> methods = bench.methods();
        if (methods.isEmpty()) {
            throw new IllegalStateException(
                    "recorded results must be those of a method, got none: name it with with(…)");
        }
        String file = Home.METHOD_RESULTS + "/"
                + Home.kebab(methods.get(methods.size() - 1).name()) + ".json";
        List<String> whole =
                new ArrayList<>(List.of("./vivace", "bench", bench.workload().name(), "--json", file));
        Catalogue.write(methods).ifPresent(each -> whole.addAll(List.of("--methods", each)));
        return read(Home.folder().resolve(file), CommandText.of(whole));
    }

    static Recorded read(Path file, String command) {
        List<BenchRecord> kept = Files.exists(file) ? RecordFile.readAll(file) : List.of();
        return new Recorded(kept, List.of(), command);
    }

    /** The same with new measurements in the table's first rows. */
    public Recorded beside(BenchRecord... measured) {
        return new Recorded(kept, List.of(measured), command);
    }

    /**
     * A row for each recipe of each record: the columns {@code measured}, {@code machine}, {@code workload},
     * {@code methods}, {@code plain ms}, {@code step ms}, {@code speedup}, {@code speedup low}, {@code speedup high}
     * and {@code verdict}.
     */
    @Override
    public Table table() {
        List<Row> rows = Stream.concat(
                        here.stream().flatMap(record -> rows("here", record)),
                        kept.stream().flatMap(record -> rows(record.date().substring(0, 10), record)))
                .toList();
        return Table.create(
                "recorded results",
                words("measured", rows, Row::when),
                words("machine", rows, Row::machine),
                words("workload", rows, Row::workload),
                words("methods", rows, row -> row.variant.title()),
                numbers("plain ms", rows, row -> row.plain.median()),
                numbers("step ms", rows, row -> row.variant.stepMillis().median()),
                numbers("speedup", rows, row -> row.variant.speedup().median()),
                numbers("speedup low", rows, row -> row.variant.speedup().low()),
                numbers("speedup high", rows, row -> row.variant.speedup().high()),
                words("verdict", rows, row -> row.variant.verdict().toString()));
    }

    private record Row(String when, String machine, String workload, Interval plain, Variant variant) {}

    private static Stream<Row> rows(String when, BenchRecord record) {
        String machine = record.machine().device() + ", " + record.machine().cpu() + ", " + threads(record.machine());
        String sizes = Stream.of("width", "layers", "context", "longest", "channels", "batch")
                .filter(record.settings()::containsKey)
                .map(name -> name + " " + record.settings().get(name))
                .collect(Collectors.joining(", ", record.workload() + " (", ")"));
        return record.variants().stream()
                .map(variant -> new Row(when, machine, sizes, record.baseline().stepMillis(), variant));
    }

    private static String threads(Machine machine) {
        return machine.threads() + (machine.threads() == 1 ? " thread" : " threads");
    }

    private static StringColumn words(String name, List<Row> rows, Function<Row, String> word) {
        return StringColumn.create(name, rows.stream().map(word));
    }

    /** To a thousandth. */
    private static DoubleColumn numbers(String name, List<Row> rows, ToDoubleFunction<Row> number) {
        double[] values = rows.stream()
                .mapToDouble(number)
                .map(value -> Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : Double.NaN)
                .toArray();
        return DoubleColumn.create(name, values);
    }

    /** Sentences, one per line. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        here.forEach(record -> lines.addAll(sentences("Here", record)));
        kept.forEach(record -> lines.addAll(sentences(
                "On " + record.date().substring(0, 10) + " on "
                        + record.machine().cpu() + " (" + record.machine().device() + ", "
                        + threads(record.machine()) + ")",
                record)));
        if (kept.isEmpty()) {
            lines.add("No result of a longer run is kept; make one with: " + command);
        }
        return String.join("\n", lines);
    }

    private static List<String> sentences(String where, BenchRecord record) {
        return record.variants().stream()
                .map(variant -> where + ": a step of " + record.workload() + " with " + variant.title() + " takes "
                        + Figures.millis(variant.stepMillis().median()) + " where plain DJL takes "
                        + Figures.millis(record.baseline().stepMillis().median()) + ", "
                        + Figures.ratio(variant.speedup().median()) + " times as fast ("
                        + Figures.ratio(variant.speedup().low()) + " to "
                        + Figures.ratio(variant.speedup().high()) + "), "
                        + variant.verdict() + ".")
                .toList();
    }
}
