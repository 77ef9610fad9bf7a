package org.vivace.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vivace.measure.Figures;
import org.vivace.trace.OperatorTotal;
import org.vivace.trace.StepPhase;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Totals of operators as a table. */
final class OperatorTables {

    private static final double MICROS = 1e3;
    private static final double BILLION = 1e9;

    private static final int SHOWN = 10;

    private OperatorTables() {}

    /**
     * Those that take longest, longest first, with their times and counts in one step.
     *
     * @param totals by name, block and phase, over {@code steps} steps
     */
    static List<List<String>> cells(List<OperatorTotal> totals, int steps) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("operator", "block", "phase", "count", "ms", "share", "GFLOP/s"));
        totals.stream()
                .sorted(Comparator.comparingDouble(OperatorTotal::selfMicros).reversed())
                .limit(SHOWN)
                .forEach(each -> rows.add(List.of(
                        plain(each.name()),
                        each.block().isEmpty() ? "-" : each.block(),
                        each.phase().map(StepPhase::words).orElse("-"),
                        Figures.significant((double) each.count() / steps),
                        Figures.number(each.selfMicros() / MICROS / steps),
                        ProfileTables.percent(each.share()),
                        each.flops() == 0 ? "-" : Figures.significant(each.gigaflopsPerSecond()))));
        return rows;
    }

    /** An operator's name without its library's. */
    static String plain(String name) {
        return name.startsWith("aten::") ? name.substring("aten::".length()) : name;
    }

    /**
     * The columns {@code operator}, {@code block} and {@code phase} where the totals are grouped by them; {@code
     * count}, {@code self ms}, {@code share} in [0, 1], {@code GFLOP}, {@code GFLOP/s}, {@code GB} and {@code unknown},
     * the number of operators whose FLOPs are unknown. What takes no FLOPs has no rate.
     */
    public static Table of(String name, List<OperatorTotal> totals) {
        Table table = Table.create(name);
        if (totals.stream().anyMatch(each -> !each.name().isEmpty())) {
            table.addColumns(StringColumn.create("operator", totals.stream().map(OperatorTotal::name)));
        }
        if (totals.stream().anyMatch(each -> !each.block().isEmpty())) {
            table.addColumns(StringColumn.create("block", totals.stream().map(OperatorTotal::block)));
        }
        if (totals.stream().anyMatch(each -> each.phase().isPresent())) {
            table.addColumns(StringColumn.create(
                    "phase",
                    totals.stream()
                            .map(each -> each.phase().map(StepPhase::words).orElse(""))));
        }
        table.addColumns(
                LongColumn.create(
                        "count", totals.stream().mapToLong(OperatorTotal::count).toArray()),
                Tables.numbers("self ms", totals, each -> each.selfMicros() / MICROS),
                Tables.numbers("share", totals, OperatorTotal::share),
                Tables.numbers("GFLOP", totals, each -> each.flops() / BILLION),
                Tables.numbers("GFLOP/s", totals, each -> each.flops() == 0 ? Double.NaN : each.gigaflopsPerSecond()),
                Tables.numbers("GB", totals, each -> each.bytes() / BILLION),
                LongColumn.create(
                        "unknown",
                        totals.stream().mapToLong(OperatorTotal::unknown).toArray()));
        return table;
    }
}
