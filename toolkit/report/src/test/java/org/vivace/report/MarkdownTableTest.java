package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.Quality;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.Samples;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

class MarkdownTableTest {

    private final BenchRecord record = SampleRecord.language();

    @Test
    void hasALineForEachVariantUnderOneHeader() {
        List<String> lines = MarkdownTable.of(record).lines().toList();
        assertThat(lines).hasSize(2 + 2 + record.variants().size());
        assertThat(lines.get(0)).startsWith("| methods | step ms | speedup | verdict |");
        assertThat(lines.get(1)).matches("\\|( --- \\|){8}");
        assertThat(lines).allSatisfy(line -> assertThat(line.split("\\|", -1)).hasSize(10));
        assertThat(lines.get(2)).startsWith("| plain DJL | ").contains("| baseline |");
    }

    @Test
    void aRecipesLineSaysWhatTheRecordSays() {
        Variant recipe = variant(List.of("A(x|y)", "B"), 250, new Interval(4, 3.9, 4.1));
        BenchRecord known = BareRecord.of(record.machine(), record.baseline(), record.aa(), recipe);
        String line = table(List.of(Map.entry("results/language.json", known))).get(2);
        assertThat(line)
                .startsWith("| [language](results/language.json) | A(x\\|y) + B | ")
                .contains(" | 250 | 4.00 (3.90-4.10), faster | ")
                .endsWith(", not distinguishable | Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz, AMX, 2 threads |");
    }

    @Test
    void memoryHasAColumnWhereItWasMeasured() {
        BenchRecord measured = record.withBaseline(record.baseline().withPeakBytes(2000L << 20))
                .withVariants(each -> each.withPeakBytes(500L << 20));
        BenchRecord not = BareRecord.of(
                record.machine(),
                Baseline.of(new Samples("b", record.baseline().nanos())),
                variant(List.of("A"), 1, new Interval(1, 1, 1)));
        List<String> lines = table(List.of(Map.entry("a.json", measured), Map.entry("b.json", not)));
        assertThat(lines.get(0)).contains("| speedup | peak memory, MiB | plain DJL against itself |");
        assertThat(lines.get(2)).contains(" | 2000 to 500 | ");
        assertThat(lines.get(3))
                .endsWith(" | - | not timed | Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz, AMX, 2 threads |");
        assertThat(table(List.of(Map.entry("b.json", not))).get(0)).doesNotContain("memory");
    }

    @Test
    void aTrainedRecipesLineTellsTimeToTargetAndQuality() {
        BenchRecord trained = record.withQuality(SampleQuality.language());
        List<String> lines = MarkdownTable.ofQualities(List.of(Map.entry("q.json", trained)))
                .lines()
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2))
                .startsWith("| [language](q.json) | MixedPrecision(bf16) + ")
                .contains(" | 1.45 nats a byte | 688 \u00b1 44 s | 174 \u00b1 17 s | 3.96 (3.24-4.85), faster | ")
                .endsWith(", better | 3 | Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz, AMX, 2 threads |"
                        + " `./vivace demo` |");
        BenchRecord missed = record.withQuality(QualityTableTest.diverged());
        assertThat(MarkdownTable.ofQualities(List.of(Map.entry("q.json", missed))))
                .contains(" | 20.0 \u00b1 0.0 s | not always reached | - | 0.9 \u00b1 0 | diverged | 2 | ");
        Quality alone = new Quality(
                SampleQuality.LOSS,
                OptionalDouble.of(1),
                SampleQuality.language().arms().subList(0, 1));
        assertThatThrownBy(() -> MarkdownTable.ofQualities(List.of(Map.entry("q.json", record.withQuality(alone)))))
                .hasMessage("a record must have a trained recipe to stand in a table, got q.json without: train one");
    }

    @Test
    void aRecordWithoutVariantsIsRefused() {
        BenchRecord bare = BareRecord.of(record.machine(), record.baseline());
        assertThatThrownBy(() -> table(List.of(Map.entry("bare.json", bare))))
                .hasMessage("a record must have a variant to stand in a table, got bare.json without: measure at least"
                        + " one recipe");
    }

    private static List<String> table(List<Map.Entry<String, BenchRecord>> records) {
        return MarkdownTable.ofRecipes(records).lines().toList();
    }

    private static Variant variant(List<String> methods, double millis, Interval speedup) {
        return BareRecord.variant(methods, new Interval(millis, millis, millis), speedup, Verdict.FASTER);
    }
}
