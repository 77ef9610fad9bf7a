package org.vivace.bench;

import static com.acme.Parts.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import com.acme.Mine;
import com.acme.Net;
import com.acme.Parts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.FusedAdamW;

/** A workload of somebody else's class, in code. */
@Tag("slow")
class OwnWorkloadInCodeTest {

    private final Loss loss = Parts.loss();
    private final ArrayDataset train = Parts.train();

    /** The data set has two batches, and as DJL's does it closes them at the end of an epoch. */
    @Test
    void dataOfFewBatchesAreEnough() {
        Workload small = Workload.of("small", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
        BenchRecord record =
                Bench.of(small).with(new FusedAdamW()).rounds(3).within(0.1).time();
        assertThat(record.partial()).isFalse();
        // Two operations for each weight and image, twice: no image needs a gradient.
        double forward = 2.0 * 32 * 3 * 64 * 64 * Parts.CLASSES;
        double seconds = record.baseline().stepMillis().median() / 1e3;
        assertThat(record.baseline().mfu().getAsDouble()
                        * record.matmulPeakGflops().getAsDouble()
                        * 1e9
                        * seconds)
                .isCloseTo(2 * forward, withinPercentage(1e-4));
    }

    @Test
    void memoryIsThatOfAWorkloadThatAClassMakes() {
        BenchRecord record =
                Bench.of(Workload.madeBy(Mine.class)).with(new FusedAdamW()).memory();
        assertThat(record.notes()).isEmpty();
        assertThat(record.baseline().peakBytes().getAsLong()).isPositive();
        assertThat(record.recipe().orElseThrow().peakBytes().getAsLong()).isPositive();
        assertThat(record.command()).isEqualTo("Bench.of(mine).with(FusedAdamW).memory()");
    }

    @Test
    void memoryOfOneThatIsMadeHereIsANoteInWhatIsMeasuredBesideIt() {
        Workload here = Workload.of("here", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
        BenchRecord record;
        try (ProgressBar bar = ProgressBar.here()) {
            record = Bench.of(here)
                    .with(new FusedAdamW())
                    .rounds(3)
                    .within(0.1)
                    .on(bar, "by hand")
                    .all(true, soFar -> {});
        }
        assertThat(record.command()).isEqualTo("by hand");
        assertThat(record.baseline().peakBytes()).isEmpty();
        assertThat(record.notes())
                .contains(
                        "no memory was measured: memory is measured in a JVM of its own, which must make here again,"
                                + " got one that was made in this JVM: put the code that makes it into a class with a"
                                + " constructor without arguments that is a Supplier<Workload>, and take Workload.madeBy(that class)");
    }
}
