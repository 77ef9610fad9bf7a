package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.bench.Bench;
import org.vivace.bench.Size;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;
import org.vivace.methods.LowPrecisionLayerNorm;
import org.vivace.methods.MixedPrecision;

class RecordedTest {

    private static final String COMMAND = "./vivace bench language";

    @TempDir
    Path folder;

    /** Plain DJL takes 6 ms a step, the recipe 3 ms. */
    private static BenchRecord record(String cpu, int threads) {
        Machine machine =
                new Machine(cpu, List.of(), 4, threads, 1L << 30, "Linux", "JDK", "0.35.1", "2.7.1", "cpu", "0123456");
        Timings timings = new Timings(
                List.of(new Samples("plain DJL", rounds(6_000_000L)), new Samples("FusedAdamW", rounds(3_000_000L))),
                Optional.empty(),
                false);
        return BenchRecord.of(COMMAND, "language", machine, timings, List::of);
    }

    private static List<List<Long>> rounds(long nanos) {
        return Stream.generate(() -> List.of(nanos, nanos)).limit(4).toList();
    }

    @Test
    void whereNothingIsKeptItSaysHowToMakeIt() {
        Recorded recorded = Recorded.read(folder.resolve("fused-adamw.json"), COMMAND);
        assertThat(recorded.toString())
                .isEqualTo("No result of a longer run is kept; make one with: ./vivace bench language");
        assertThat(recorded.table().rowCount()).isZero();
    }

    @Test
    void resultsAreThoseOfAMethod() {
        Bench bench = Bench.of("language", Size.QUICK);
        assertThatThrownBy(() -> Recorded.of(bench))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("recorded results must be those of a method, got none: name it with with(…)");
        assertThat(Recorded.of(bench.with(MixedPrecision.bf16(), new LowPrecisionLayerNorm()))
                        .command())
                .isEqualTo("./vivace bench language --json notebooks/results/methods/low-precision-layer-norm.json"
                        + " --methods 'MixedPrecision(bf16),LowPrecisionLayerNorm'");
    }

    @Test
    void whatIsKeptStandsBesideWhatWasMeasuredHere() {
        Path file = record("a large machine", 2).write(folder.resolve("fused-adamw.json"));
        Recorded recorded = Recorded.read(file, COMMAND).beside(record("this machine", 1));
        String date = recorded.kept().get(0).date().substring(0, 10);
        assertThat(recorded.toString())
                .isEqualTo("Here: a step of language with FusedAdamW takes 3.00 ms where plain DJL takes 6.00 ms, 2.00"
                        + " times as fast (2.00 to 2.00), faster.\n"
                        + "On " + date + " on a large machine (cpu, 2 threads): a step of language with FusedAdamW"
                        + " takes 3.00 ms where plain DJL takes 6.00 ms, 2.00 times as fast (2.00 to 2.00), faster.");
        assertThat(recorded.table().stringColumn("measured").asList()).containsExactly("here", date);
        assertThat(recorded.table().stringColumn("machine").asList())
                .containsExactly("cpu, this machine, 1 thread", "cpu, a large machine, 2 threads");
        assertThat(recorded.table().doubleColumn("speedup").asDoubleArray()).containsExactly(2, 2);
        assertThat(recorded.table().stringColumn("verdict").asList()).containsExactly("faster", "faster");
    }
}
