package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Trial;
import org.vivace.measure.Variant;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.LowPrecisionLayerNorm;
import org.vivace.methods.MixedPrecision;
import org.vivace.report.TextTable;
import org.vivace.workloads.Language;

/** What a notebook's cells ask a bench, at sizes that take a moment. */
@Tag("slow")
class BenchInCodeTest {

    private static final String SIZES = "--width 8 --layers 1 --heads 2 --context 16 --batch 2 --held-out 256";

    private static Bench bench() {
        return Bench.of(new Language(8, 1, 2, 16, 2, "wordnet", 256))
                .rounds(3)
                .within(0.2)
                .steps(8);
    }

    @Test
    void timesTheRecipeAndPlainDjlTwice() {
        BenchRecord record = bench().with(new FusedAdamW()).time();
        assertThat(record.partial()).isFalse();
        assertThat(record.variants()).extracting(Variant::title).containsExactly("FusedAdamW");
        assertThat(record.aa().orElseThrow().speedup().median()).isPositive();
        assertThat(record.baseline().nanos()).hasSize(3);
        assertThat(record.command())
                .isEqualTo("./vivace bench language " + SIZES
                        + " --methods FusedAdamW --steps 6 --seconds 0.2 --no-memory");
        assertThat(record.settings()).containsEntry("width", "8").containsEntry("context", "16");
    }

    @Test
    void aLadderHasTheBeginningsOfTheRecipe() {
        Bench bench = bench().with(MixedPrecision.bf16(), new LowPrecisionLayerNorm());
        BenchRecord record = bench.ladder();
        assertThat(record.variants())
                .extracting(Variant::title)
                .containsExactly("MixedPrecision(bf16)", "MixedPrecision(bf16) + LowPrecisionLayerNorm");
        assertThat(record.command()).contains("--methods 'MixedPrecision(bf16),LowPrecisionLayerNorm'", "--one-by-one");
        assertThatThrownBy(() -> bench().ladder())
                .hasMessage("a ladder must have at least one method, got none: give some to with(…)");
    }

    @Test
    void trainsBothSidesFromOneSeedForEquallyManySteps() {
        BenchRecord record = bench().with(new FusedAdamW()).train();
        assertThat(record.partial()).isFalse();
        assertThat(record.curves()).extracting(Curve::name).containsExactly("plain DJL", "FusedAdamW");
        assertThat(record.curves()).allSatisfy(curve -> assertThat(curve.loss()).hasSize(8));
        assertThat(record.quality().orElseThrow().arms())
                .flatExtracting(arm -> arm.trials())
                .extracting(Trial::steps)
                .containsExactly(8L, 8L);
        List<Double> plain = record.curves().get(0).loss();
        assertThat(plain.get(0)).isCloseTo(Math.log(256), within(0.5));
        assertThat(record.baseline().loss().getAsDouble())
                .isEqualTo(plain.get(7))
                .isLessThan(plain.get(0));
        // The same Adam, from the same weights, on the same batches.
        assertThat(record.recipe().orElseThrow().loss().getAsDouble())
                .isCloseTo(record.baseline().loss().getAsDouble(), within(1e-3));
        assertThat(record.command()).isEqualTo("Bench.of(language).with(FusedAdamW).train()");
        assertThat(TextTable.of(record)).contains("nats a byte").doesNotContain("not timed");
    }

    @Test
    void anInterruptedTrainingShowsWhatThereIs() {
        Thread.currentThread().interrupt();
        BenchRecord record = bench().with(new FusedAdamW()).train();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(record.partial()).isTrue();
        assertThat(record.curves()).isEmpty();
        assertThat(record.quality()).isEmpty();
    }

    @Test
    void aRecipeThatDoesNotGoTogetherIsRefusedAtOnce() {
        assertThatThrownBy(() -> bench().with(new LowPrecisionLayerNorm()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LowPrecisionLayerNorm needs autocast");
        assertThat(bench().with(new FusedAdamW()).methods()).containsExactly(new FusedAdamW());
        assertThat(bench().methods()).isEmpty();
        assertThat(bench().workload().name()).isEqualTo("language");
    }

    @Test
    void memoryIsAskedOfMethodsThatACommandCanName() {
        assertThatThrownBy(() -> bench().with(ActivationCheckpointing.named("DecoderLayer"))
                        .memory())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("memory is measured in a JVM of its own, which must make the methods again,"
                        + " got ActivationCheckpointing(DecoderLayer), which cannot be given as text: use settings that"
                        + " 'vivace methods' lists");
    }
}
