package org.vivace.report;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.SeedSummary;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What a record's trainings over seeds found, as a table: plain DJL first, then every recipe. */
public final class QualityTable {

    private QualityTable() {}

    /**
     * The columns {@code arm}, {@code seeds}, {@code reached} (how many of them reached the target), {@code seconds to
     * target} and {@code seconds SD}, {@code speedup} with {@code speedup low}, {@code speedup high} and {@code verdict},
     * {@code final quality} and {@code quality SD}, {@code gain} with {@code gain low} and {@code gain high}, and {@code
     * seeds to tell}. What is not known is missing: of an arm with a seed that never reached the target, its seconds.
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
                        arm -> orNone(arm.secondsToTarget()).mean()),
                Tables.numbers(
                        "seconds SD", arms, arm -> orNone(arm.secondsToTarget()).sd()),
                Tables.numbers("speedup", arms, arm -> orNone(arm.speedup()).median()),
                Tables.numbers("speedup low", arms, arm -> orNone(arm.speedup()).low()),
                Tables.numbers(
                        "speedup high", arms, arm -> orNone(arm.speedup()).high()),
                StringColumn.create("verdict", arms.stream().map(arm -> verdict(quality(record), arm))),
                Tables.numbers(
                        "final quality", arms, arm -> orNone(arm.finalQuality()).mean()),
                Tables.numbers(
                        "quality SD", arms, arm -> orNone(arm.finalQuality()).sd()),
                Tables.numbers("gain", arms, arm -> orNone(arm.gain()).mean()),
                Tables.numbers("gain low", arms, arm -> orNone(arm.gain()).low()),
                Tables.numbers("gain high", arms, arm -> orNone(arm.gain()).high()),
                Tables.numbers(
                        "seeds to tell", arms, arm -> arm.seedsToTell() == null ? null : (double) arm.seedsToTell()));
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
                    arm.speedup() == null ? "-" : lines(Words.ratio(arm.speedup()), verdict(quality, arm)),
                    QualityWords.end(arm),
                    arm.gain() == null ? "-" : lines(QualityWords.gain(arm.gain()), QualityWords.verdict(arm.gain()))));
        }
        return rows;
    }

    private static String lines(String numbers, String verdict) {
        return numbers.replace(" (", "\n(") + "\n" + verdict;
    }

    private static String verdict(Quality quality, QualityArm arm) {
        if (arm.verdict() != null) {
            return arm.verdict().toString();
        }
        return arm.equals(quality.baseline()) ? "baseline" : "no time to compare";
    }

    private static Quality quality(BenchRecord record) {
        if (record.quality() == null) {
            throw new IllegalArgumentException("a table of quality must have trainings over seeds, got a record of "
                    + record.workload() + " without: measure with a target and seeds");
        }
        return record.quality();
    }

    private static SeedSummary orNone(SeedSummary spread) {
        return spread == null ? new SeedSummary(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0) : spread;
    }

    private static Interval orNone(Interval interval) {
        return interval == null ? Interval.NONE : interval;
    }
}
