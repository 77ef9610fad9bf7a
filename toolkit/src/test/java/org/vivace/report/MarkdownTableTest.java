package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
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
        assertThat(lines.get(1)).matches("\\|( --- \\|){7}");
        assertThat(lines).allSatisfy(line -> assertThat(line.split("\\|", -1)).hasSize(9));
        assertThat(lines.get(2)).startsWith("| plain DJL | ").contains("| baseline |");
    }

    @Test
    void aRecipesLineSaysWhatTheRecordSays() {
        Variant recipe = variant(List.of("A(x|y)", "B"), 250, new Interval(4, 3.9, 4.1));
        BenchRecord known = new BenchRecord(
                1,
                "./vivace bench language",
                "language",
                "2026-01-01T00:00:00Z",
                record.machine(),
                null,
                record.baseline(),
                record.aa(),
                List.of(recipe),
                null,
                null,
                null,
                null,
                null,
                false);
        String line = table(Map.entry("results/language.json", known)).get(2);
        assertThat(line)
                .startsWith("| [language](results/language.json) | A(x\\|y) + B | ")
                .contains(" | 250 | 4.00 (3.90-4.10), faster | ")
                .endsWith(", not distinguishable |");
    }

    @Test
    void memoryHasAColumnWhereItWasMeasured() {
        BenchRecord measured = record.withBaseline(record.baseline().withPeakBytes(2000L << 20))
                .withVariants(each -> each.withPeakBytes(500L << 20));
        BenchRecord not = new BenchRecord(
                1,
                "c",
                "language",
                "d",
                record.machine(),
                null,
                Baseline.of(new Samples("b", record.baseline().nanos())),
                null,
                List.of(variant(List.of("A"), 1, new Interval(1, 1, 1))),
                null,
                null,
                null,
                null,
                null,
                false);
        List<String> lines = table(Map.entry("a.json", measured), Map.entry("b.json", not));
        assertThat(lines.get(0)).contains("| speedup | peak memory, MiB | plain DJL against itself |");
        assertThat(lines.get(2)).contains(" | 2000 to 500 | ");
        assertThat(lines.get(3)).endsWith(" | - | - |");
        assertThat(table(Map.entry("b.json", not)).get(0)).doesNotContain("memory");
    }

    @Test
    void theProvenanceNamesMachineVersionsAndCommit() {
        assertThat(MarkdownTable.provenance(record))
                .isEqualTo("Measured on Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz (avx2,"
                        + " avx512_bf16, amx_bf16), 2 cores, 2 threads, device cpu; OpenJDK 64-Bit Server VM 17.0.15+6,"
                        + " DJL 0.35.1, libtorch 2.7.1; commit cc8ef4c0d1b2a3948576cc8ef4c0d1b2a3948576.");
    }

    @Test
    void aRecordWithoutVariantsIsRefused() {
        BenchRecord bare = new BenchRecord(
                1,
                "c",
                "language",
                "d",
                record.machine(),
                null,
                record.baseline(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false);
        assertThatThrownBy(() -> table(Map.entry("bare.json", bare)))
                .hasMessage("a record must have a variant to stand in a table, got bare.json without: measure at least"
                        + " one recipe");
    }

    @SafeVarargs
    private static List<String> table(Map.Entry<String, BenchRecord>... records) {
        return MarkdownTable.ofRecipes(List.of(records)).lines().toList();
    }

    private static Variant variant(List<String> methods, double millis, Interval speedup) {
        return new Variant(
                methods,
                new Interval(millis, millis, millis),
                speedup,
                Verdict.FASTER,
                null,
                null,
                null,
                List.of(),
                List.of());
    }
}
