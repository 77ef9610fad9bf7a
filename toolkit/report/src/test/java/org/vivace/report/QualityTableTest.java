package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Quality;
import org.vivace.measure.Quality.Trials;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.Samples;
import org.vivace.measure.Trial;
import tech.tablesaw.api.Table;

class QualityTableTest {

    private final BenchRecord record = SampleRecord.language();

    @Test
    void hasARowAnArmAndSaysByHandWhatWasFound() {
        Table table = QualityTable.of(record.withQuality(known()));
        assertThat(table.columnNames())
                .containsExactly(
                        "arm",
                        "seeds",
                        "reached",
                        "seconds to target",
                        "seconds SD",
                        "speedup",
                        "speedup low",
                        "speedup high",
                        "verdict",
                        "final quality",
                        "quality SD",
                        "gain",
                        "gain low",
                        "gain high",
                        "seeds needed");
        assertThat(table.stringColumn("arm").asList()).containsExactly("plain DJL", "recipe", "lame");
        assertThat(table.stringColumn("verdict").asList()).containsExactly("baseline", "faster", "no time to compare");
        assertThat(table.doubleColumn("seconds to target").getDouble(0)).isEqualTo(20);
        assertThat(table.doubleColumn("speedup").getDouble(1)).isEqualTo(4);
        assertThat(table.doubleColumn("reached").asList()).containsExactly(2.0, 2.0, 1.0);
        assertThat(table.doubleColumn("seconds to target").isMissing(2)).isTrue();
        assertThat(table.doubleColumn("final quality").getDouble(1)).isEqualTo(0.95);
        assertThat(table.doubleColumn("gain").getDouble(1)).isEqualTo(0.05);
    }

    @Test
    void theWordsNeverShowATimeThatWasNot() {
        List<List<String>> cells = QualityTable.cells(record.withQuality(known()));
        assertThat(cells.get(0)).containsExactly("arm", "time to target", "speedup", "quality at the end", "gain");
        assertThat(cells.get(1))
                .containsExactly("plain DJL", "20.0 \u00b1 0.0 s\n2 of 2 seeds", "-", "0.9 \u00b1 0", "-");
        assertThat(cells.get(2).get(1)).isEqualTo("5.0 \u00b1 0.0 s\n2 of 2 seeds");
        assertThat(cells.get(2).get(2)).isEqualTo("4.00\n(4.00-4.00)\nfaster");
        assertThat(cells.get(3).get(1)).isEqualTo("not always reached\n1 of 2 seeds");
        assertThat(cells.get(3).get(2)).isEqualTo("-");
        List<List<String>> never = QualityTable.cells(record.withQuality(SampleQuality.manyArms(2, 1)));
        assertThat(never.get(1).get(1)).isEqualTo("never reached\n0 of 1 seed");
        assertThat(never.get(2).get(4)).endsWith("\none seed");
    }

    @Test
    void whatDivergedIsSaidSo() {
        BenchRecord diverged = record.withQuality(diverged());
        assertThat(QualityTable.of(diverged).doubleColumn("final quality").isMissing(1))
                .isTrue();
        assertThat(QualityTable.cells(diverged).get(2))
                .containsExactly("recipe", "not always reached\n1 of 2 seeds", "-", "diverged", "-");
        assertThat(QualityWords.notes(diverged()))
                .contains("A training of recipe diverged, so its quality has no mean.");
        assertThat(QualityWords.headline(diverged))
                .endsWith("; a training diverged, so it is not known whether the recipe learns as well.");
    }

    static Quality diverged() {
        return Quality.of(
                SampleQuality.ACCURACY,
                OptionalDouble.of(0.9),
                List.of(
                        new Trials("plain DJL", List.of(), List.of(trial(1, 20, 0.9), trial(2, 20, 0.9))),
                        new Trials("recipe", List.of("A"), List.of(trial(1, 5, 0.95), trial(2, 5, Double.NaN)))));
    }

    @Test
    void theCsvReadsBack(@TempDir Path folder) {
        BenchRecord trained = record.withQuality(SampleQuality.language());
        Table back = Table.read()
                .csv(QualityTable.writeCsv(trained, folder.resolve("quality.csv"))
                        .toFile());
        assertThat(back.columnNames()).isEqualTo(QualityTable.of(trained).columnNames());
        assertThat(back.doubleColumn("speedup high").asList())
                .isEqualTo(QualityTable.of(trained).doubleColumn("speedup high").asList());
    }

    @Test
    void theTextFitsATerminalBelowTheStepTimes() {
        String text = TextTable.of(record.withQuality(SampleQuality.manyArms(13, 3)));
        assertThat(text).matches("[ -~\n]+");
        assertThat(text.lines())
                .allMatch(line -> line.length() <= 100)
                .allMatch(line -> line.equals(line.stripTrailing()));
        assertThat(text.indexOf("step ms")).isNotNegative().isLessThan(text.indexOf("time to target"));
        assertThat(text).contains("quality at the end", "gain", "not always reached", "The goal is the target of 0.86");
    }

    @Test
    void withoutStepTimesItStandsAlone() {
        BenchRecord untimed = new BenchRecord(
                1,
                "c",
                "vision",
                "d",
                record.machine(),
                null,
                null,
                Baseline.of(new Samples("plain DJL", List.of())),
                null,
                null,
                null,
                Optional.of(known()),
                null,
                null,
                null,
                false);
        assertThat(TextTable.of(untimed)).doesNotContain("step ms").startsWith("arm ");
        assertThat(HtmlPage.of(untimed, Map.of())).doesNotContain("The time of a step");
    }

    @Test
    void aRecordWithoutTrainingsIsRefused() {
        assertThatThrownBy(() -> QualityTable.of(record))
                .hasMessage("a table of quality must have trainings over seeds, got a record of language without:"
                        + " measure with a target and seeds");
    }

    /** To 0.9 in 20 s, in 5 s, and only once. */
    private static Quality known() {
        return Quality.of(
                SampleQuality.ACCURACY,
                OptionalDouble.of(0.9),
                List.of(
                        new Trials("plain DJL", List.of(), List.of(trial(1, 20, 0.9), trial(2, 20, 0.9))),
                        new Trials("recipe", List.of("A", "B"), List.of(trial(1, 5, 0.95), trial(2, 5, 0.95))),
                        new Trials("lame", List.of("C"), List.of(trial(1, 9, 0.9), trial(2, 9, 0.8)))));
    }

    private static Trial trial(long seed, double seconds, double end) {
        return new Trial(seed, 10, seconds, List.of(seconds / 2, seconds), List.of(2.0, 1.0), List.of(0.1, end));
    }
}
