package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.report.Plots;
import org.vivace.report.TextTable;
import org.vivace.workloads.Language;

@Tag("slow")
class BenchMemoryInCodeTest {

    @Test
    void checkpointingHoldsLessThanPlainDjl() {
        assumeTrue(StepMemory.obstacle(Device.cpu()).isEmpty(), "this system does not tell the peak of memory");
        // Small as the quick size is, but for its batch that is held in memory alone.
        Language small = new Language(48, 4, 2, 64, 96, "wordnet", 4096);
        BenchRecord record = Bench.of(small).with(new ActivationCheckpointing()).memory();
        assertThat(record.notes()).isEmpty();
        assertThat(record.settings()).containsEntry("batch", "96");
        assertThat(record.command()).isEqualTo("Bench.of(language).with(ActivationCheckpointing).memory()");
        assertThat(record.recipe().orElseThrow().peakBytes().getAsLong())
                .isLessThan(record.baseline().peakBytes().getAsLong());
        assertThat(TextTable.of(record)).contains("not timed");
        assertThat(Plots.memory(record).getWidth()).isEqualTo(1280);
    }
}
