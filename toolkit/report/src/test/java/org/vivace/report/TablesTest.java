package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;
import tech.tablesaw.api.Table;

class TablesTest {

    private final BenchRecord record = SampleRecord.language();

    @Test
    void aVariantWithoutTimesHasNoVerdict() {
        BenchRecord untimed = record.withVariants(each -> new Variant(
                each.methods(),
                Interval.NONE,
                null,
                Interval.NONE,
                Verdict.of(Interval.NONE),
                each.peakBytes(),
                null,
                null,
                List.of(),
                List.of()));
        assertThat(Tables.of(untimed).stringColumn("verdict").asList())
                .startsWith("baseline", "not distinguishable", "not timed")
                .endsWith("not timed");
    }

    @Test
    void hasARowForTheBaselineItselfAgainAndEveryVariant() {
        Table table = Tables.of(record);
        assertThat(table.columnNames())
                .containsExactly(
                        "methods",
                        "step ms",
                        "step low",
                        "step high",
                        "speedup",
                        "speedup low",
                        "speedup high",
                        "verdict",
                        "loss",
                        "peak MiB",
                        "first step ms",
                        "MFU");
        assertThat(table.stringColumn("methods").asList())
                .hasSize(9)
                .startsWith("plain DJL", "plain DJL again", "MixedPrecision(bf16)")
                .endsWith("FusedAttention", "LabelSmoothing(0.1)");
        assertThat(table.stringColumn("verdict").asList())
                .containsExactly(
                        "baseline",
                        "not distinguishable",
                        "faster",
                        "faster",
                        "faster",
                        "faster",
                        "faster",
                        "not distinguishable",
                        "slower");
        assertThat(table.doubleColumn("speedup").getDouble(6))
                .isCloseTo(record.variants().get(4).speedup().median(), within(1e-4));
        assertThat(table.doubleColumn("peak MiB").getDouble(0))
                .isCloseTo(3_100_000_000.0 / (1024 * 1024), within(0.01));
        assertThat(table.doubleColumn("loss").countMissing()).isEqualTo(7);
    }

    @Test
    void leavesOutColumnsThatNobodyMeasured() {
        BenchRecord timesOnly = BareRecord.of(
                record.machine(), Baseline.of(new Samples("b", record.baseline().nanos())));
        assertThat(Tables.of(timesOnly).columnNames()).hasSize(8).endsWith("verdict");
        assertThat(Tables.of(timesOnly).rowCount()).isEqualTo(1);
    }

    @Test
    void theFirstStepHasAColumnAndALineOfItsOwn() {
        BenchRecord without = BenchRecord.of(
                "c",
                "w",
                record.machine(),
                new Timings(
                        List.of(samples(OptionalLong.empty()), samples(OptionalLong.empty())), Optional.empty(), false),
                List::of);
        assertThat(Tables.of(without).columnNames()).doesNotContain("first step ms");
        assertThat(TextTable.of(without)).doesNotContain("very first step");
        List<Samples> known = List.of(
                samples(OptionalLong.of(4_100_000_000L)),
                samples(OptionalLong.of(2_000_000_000L)),
                samples(OptionalLong.of(5_300_000_000L)));
        BenchRecord with =
                BenchRecord.of("c", "w", record.machine(), new Timings(known, Optional.empty(), false), List::of);
        assertThat(Tables.of(with).doubleColumn("first step ms").asList()).containsExactly(4100.0, 2000.0, 5300.0);
        assertThat(TextTable.of(with))
                .endsWith(
                        "\nThe very first step, which is in none of these times, took 4100 ms in plain DJL and 2000 to"
                                + " 5300 ms\n  in the variants.\n");
    }

    private static Samples samples(OptionalLong first) {
        return new Samples(first.toString(), List.of(List.of(1_000_000L), List.of(1_000_000L)), first);
    }

    @Test
    void theCsvReadsBackAsTheSameTable(@TempDir Path folder) {
        Path file = Tables.writeCsv(record, folder.resolve("table.csv"));
        Table back = Table.read().csv(file.toFile());
        Table table = Tables.of(record);
        assertThat(back.columnNames()).isEqualTo(table.columnNames());
        assertThat(back.stringColumn("methods").asList())
                .isEqualTo(table.stringColumn("methods").asList());
        assertThat(back.doubleColumn("speedup low").asList())
                .isEqualTo(table.doubleColumn("speedup low").asList());
    }

    @Test
    void theTextFitsATerminalAndItsColumnsAlign() {
        String text = TextTable.of(record);
        assertThat(text.lines())
                .allMatch(line -> line.length() <= 100)
                .allMatch(line -> line.equals(line.stripTrailing()));
        assertThat(text).matches("[ -~\n]+");
        int verdict = text.indexOf("verdict");
        assertThat(text.lines().filter(line -> line.indexOf("faster") == verdict))
                .hasSize(5);
        assertThat(text.lines().filter(line -> line.startsWith("+ SequenceLengthWarmup(0.3)")))
                .hasSize(1);
        assertThat(text.lines().filter(line -> line.indexOf("not distinguishable") == verdict))
                .hasSize(2);
    }

    @Test
    void recipesBreakBeforeTheirPlusSigns() {
        assertThat(TextTable.broken("A(1) + Bee + Cee", 100)).containsExactly("A(1) + Bee + Cee");
        assertThat(TextTable.broken("A(1) + Bee + Cee", 10)).containsExactly("A(1) + Bee", "  + Cee");
        assertThat(TextTable.broken("A + Exceedingly + C", 8))
                .containsExactly("A", "  + Exce", "    edin", "    gly", "  + C");
    }
}
