package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;
import org.vivace.measure.Variant;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.MixedPrecision;
import org.vivace.workloads.Language;

@Tag("slow")
class StepMemoriesTest {

    private static final List<Arm> ARMS =
            List.of(Arm.PLAIN, Arm.of(List.of(MixedPrecision.bf16())), Arm.of(List.of(new FusedAdamW())));

    private final StringWriter screen = new StringWriter();

    private StepMemories measure(StepMemories.Measuring measuring) {
        return StepMemories.measure(ARMS, ProgressBar.always(new PrintWriter(screen)), measuring);
    }

    private static BenchRecord times() {
        List<List<Long>> nanos = List.of(List.of(1L, 1L));
        Timings timings = new Timings(
                Stream.of("plain DJL", "MixedPrecision(bf16)", "FusedAdamW")
                        .map(name -> new Samples(name, nanos))
                        .toList(),
                Optional.empty(),
                false);
        return BenchRecord.of("c", "w", Machine.read("cpu", 1, "2.7.1"), timings, List::of)
                .withNotes(List.of("a note"));
    }

    /** A batch that takes more than the weights, so that activations cannot be mistaken for what is held. */
    @Test
    @Tag("cuda")
    void onCudaAStepTakesMoreThanIsHeldBetweenSteps() {
        assumeTrue(LocalMachine.device().isGpu(), "needs a CUDA device");
        StepMemory memory =
                StepMemory.measure(new Language(64, 4, 2, 256, 64, "wordnet", 64), LocalMachine.device(), Arm.PLAIN);
        assertThat(memory.activations()).isGreaterThan(100L << 20);
        assertThat(memory.between()).isLessThan(memory.activations());
    }

    @Test
    void everyPeakComesToItsVariant() {
        BenchRecord record =
                measure(arm -> new StepMemory(10, 100 + ARMS.indexOf(arm))).into(times());
        assertThat(record.baseline().peakBytes()).hasValue(100);
        assertThat(record.variants())
                .extracting(Variant::peakBytes)
                .containsExactly(OptionalLong.of(101L), OptionalLong.of(102L));
        assertThat(record.notes()).containsExactly("a note");
        assertThat(record.partial()).isFalse();
        assertThat(screen.toString()).contains("memory: plain DJL");
    }

    @Test
    void whatCannotBeMeasuredIsANoteThatSaysWhy() {
        BenchRecord record = measure(arm -> {
                    if (arm == ARMS.get(1)) {
                        throw new IllegalStateException("the fresh JVM ended with 137 and said: nothing");
                    }
                    return new StepMemory(10, 100 + ARMS.indexOf(arm));
                })
                .into(times());
        assertThat(record.baseline().peakBytes()).hasValue(100);
        assertThat(record.variants())
                .extracting(Variant::peakBytes)
                .containsExactly(OptionalLong.empty(), OptionalLong.of(102L));
        assertThat(record.notes())
                .containsExactly(
                        "a note",
                        "the memory of MixedPrecision(bf16) was not measured: the fresh JVM ended with 137 and said:"
                                + " nothing");
        assertThat(record.partial()).isFalse();
    }

    @Test
    void anInterruptKeepsWhatWasMeasuredAndIsUsedUp() {
        BenchRecord record = measure(arm -> {
                    if (arm == ARMS.get(1)) {
                        Thread.currentThread().interrupt();
                    }
                    return new StepMemory(10, 100 + ARMS.indexOf(arm));
                })
                .into(times());
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(record.partial()).isTrue();
        assertThat(record.baseline().peakBytes()).hasValue(100);
        assertThat(record.variants())
                .extracting(Variant::peakBytes)
                .containsExactly(OptionalLong.of(101L), OptionalLong.empty());
        BenchRecord none = measure(arm -> {
                    throw new InterruptedException();
                })
                .into(times());
        assertThat(none.partial()).isTrue();
        assertThat(none.baseline().peakBytes()).isEmpty();
    }

    @Test
    void theLineIsReadAsItIsWritten() {
        StepMemory memory = new StepMemory(12, 345);
        assertThat(StepMemory.parse("a warning\n" + memory.toLine() + "\n")).isEqualTo(memory);
        assertThat(memory.activations()).isEqualTo(333);
        assertThatThrownBy(() -> StepMemory.parse("hello\n"))
                .hasMessage("expected the fresh JVM to report its memory, got: hello");
    }

    @Test
    void aFreshJvmThatFailsSaysItsOwnSentence() {
        assertThatThrownBy(() -> FreshJvm.run(FreshStep.class, List.of("STEP", "language", "stock", "batch=0")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("batch must be at least 1, got 0");
    }

    @Test
    void aGpuNeedsNoMarkToBeSetBack() {
        assertThat(StepMemory.obstacle(Device.gpu())).isEmpty();
    }
}
