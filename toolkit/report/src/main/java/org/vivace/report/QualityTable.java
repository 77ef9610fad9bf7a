package org.vivace.report;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.SeedSummary;
import org.vivace.measure.Verdict;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What a record's trainings over seeds found, as a table: plain DJL first, then every recipe. */
public final class QualityTable {

    private QualityTable() {}

    /**
     * The columns {@code arm}, {@code seeds}, {@code reached} (how many of them reached the target), {@code seconds to
     * target} and {@code seconds SD}, {@code speedup} with {@code speedup low}, {@code speedup high} and {@code
     * verdict}, {@code final quality} and {@code quality SD}, {@code gain} with {@code gain low} and {@code gain high},
     * and {@code seeds needed}. Unknown values are missing: of an arm with a seed that never reached the target, its
     * seconds.
     *
     * @throws IllegalArgumentException if the record has no quality
     */
    public static Table of(BenchRecord record) {
        List<QualityArm> arms = quality(record).arms();
        return Table.create(
                record.workload(),
                StringColumn.create("arm", arms.stream().map(QualityArm::name)),
                Tables.numbers("seeds", arms, arm -> (double) arm.trials().size()),
                Tables.numbers("reached", arms, arm -> (double) arm.reached()),
                Tables.numbers(
                        "seconds to target",
                        arms,
                        arm -> summary(arm.secondsToTarget()).mean()),
                Tables.numbers(
                        "seconds SD",
                        arms,
                        arm -> summary(arm.secondsToTarget()).sd()),
                Tables.numbers(
                        "speedup",
                        arms,
                        arm -> arm.speedup().orElse(Interval.NONE).median()),
                Tables.numbers(
                        "speedup low",
                        arms,
                        arm -> arm.speedup().orElse(Interval.NONE).low()),
                Tables.numbers(
                        "speedup high",
                        arms,
                        arm -> arm.speedup().orElse(Interval.NONE).high()),
                StringColumn.create("verdict", arms.stream().map(arm -> verdict(quality(record), arm))),
                Tables.numbers(
                        "final quality",
                        arms,
                        arm -> summary(arm.finalQuality()).mean()),
                Tables.numbers(
                        "quality SD", arms, arm -> summary(arm.finalQuality()).sd()),
                Tables.numbers("gain", arms, arm -> summary(arm.gain()).mean()),
                Tables.numbers("gain low", arms, arm -> summary(arm.gain()).low()),
                Tables.numbers("gain high", arms, arm -> summary(arm.gain()).high()),
                Tables.numbers(
                        "seeds needed",
                        arms,
                        arm -> arm.seedsToTell().stream()
                                .asDoubleStream()
                                .findFirst()
                                .orElse(Double.NaN)));
    }

    /** The table as comma-separated values, numbers with six significant digits. */
    public static String csv(BenchRecord record) {
        StringWriter text = new StringWriter();
        of(record).write().csv(text);
        return text.toString();
    }

    /** Writes the table as CSV, whole or not at all. */
    public static Path writeCsv(BenchRecord record, Path file) {
        return Atomically.write(file, csv(record));
    }

    /** The rows as a reader of words wants them, the header first; where a cell has several lines, one below another. */
    static List<List<String>> cells(BenchRecord record) {
        Quality quality = quality(record);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("arm", "time to target", "speedup", "quality at the end", "gain"));
        for (QualityArm arm : quality.arms()) {
            rows.add(List.of(
                    arm.name(),
                    QualityWords.timeToTarget(arm) + "\n" + arm.reached() + " of "
                            + QualityWords.seeds(arm.trials().size()),
                    arm.speedup()
                            .map(speedup -> lines(Figures.ratio(speedup), verdict(quality, arm)))
                            .orElse("-"),
                    QualityWords.end(arm),
                    arm.gain()
                            .map(gain -> lines(QualityWords.gain(gain), QualityWords.verdict(gain)))
                            .orElse("-")));
        }
        return rows;
    }

    private static String lines(String numbers, String verdict) {
        return numbers.replace(" (", "\n(") + "\n" + verdict;
    }

    private static String verdict(Quality quality, QualityArm arm) {
        return arm.verdict()
                .map(Verdict::toString)
                .orElse(arm.equals(quality.baseline()) ? "baseline" : "no time to compare");
    }

    private static Quality quality(BenchRecord record) {
        return record.quality()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a table of quality must have trainings over seeds, got a record of " + record.workload()
                                + " without: measure with a target and seeds"));
    }

    private static SeedSummary summary(Optional<SeedSummary> known) {
        return known.orElse(new SeedSummary(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0));
    }
}
