package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.report.Plots;
import org.vivace.report.TextTable;

@Tag("slow")
class BenchMemoryInCodeTest {

    @Test
    void checkpointingHoldsLessThanPlainDjl() {
        assumeTrue(StepMemory.obstacle(Device.cpu()).isEmpty(), "this system does not tell the peak of memory");
        List<String> sizes = List.of("--width 48 --layers 4 --heads 2 --context 64 --batch 6".split(" "));
        Bench bench = Bench.of("language", Size.QUICK, new BenchPlan(sizes, 3, 1, 4));
        BenchRecord record = bench.with(new ActivationCheckpointing()).memory();
        assertThat(record.notes()).isEmpty();
        assertThat(record.settings()).containsEntry("batch", "96");
        assertThat(record.command()).endsWith("--batch 96 --methods ActivationCheckpointing");
        assertThat(record.recipe().orElseThrow().peakBytes())
                .isLessThan(record.baseline().peakBytes());
        assertThat(TextTable.of(record)).contains("not timed");
        assertThat(Plots.memory(record).getWidth()).isEqualTo(1280);
    }
}
