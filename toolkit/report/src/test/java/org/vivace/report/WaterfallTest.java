package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;

class WaterfallTest {

    @Test
    void fallsFromTheBaselineByAMethodABar() {
        assertThat(labels("A", "A B", "A B C", "C")).containsExactly("plain DJL", "+ A", "+ B", "+ C");
        assertThat(labels("A")).containsExactly("plain DJL", "+ A");
    }

    @Test
    void withoutAChainThereIsNone() {
        assertThat(labels("A", "B", "C")).as("each method alone").isEmpty();
        assertThat(labels("A", "B", "C", "A B C")).as("each alone, and all").isEmpty();
        assertThat(labels("B C", "A C", "A B")).as("the recipe without each").isEmpty();
        assertThat(labels("A", "A B", "A C")).as("two recipes of a length").isEmpty();
        assertThat(labels("")).as("no methods").isEmpty();
    }

    private static List<String> labels(String... recipes) {
        List<Samples> samples = new ArrayList<>();
        samples.add(new Samples("plain DJL", List.of(List.of(9_000_000L), List.of(9_000_000L))));
        for (String recipe : recipes) {
            samples.add(new Samples(recipe, List.of(List.of(3_000_000L), List.of(3_000_000L))));
        }
        BenchRecord record = BenchRecord.of(
                "c",
                "w",
                SampleRecord.machine(),
                new Timings(samples, Optional.empty(), false),
                name -> name.isEmpty() ? List.of() : List.of(name.split(" ")));
        return Waterfall.bars(record).stream().map(Bar::label).toList();
    }
}
