package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vivace.trace.OperatorTotal;
import org.vivace.trace.StepPhase;
import tech.tablesaw.api.Table;

class OperatorTablesTest {

    @Test
    void hasARowForEachTotal() {
        Table table = OperatorTables.of(
                "step",
                List.of(
                        new OperatorTotal(
                                "aten::mm",
                                "Net/01Linear",
                                Optional.of(StepPhase.FORWARD),
                                3,
                                2000,
                                0.8,
                                6_000_000,
                                4000,
                                0),
                        new OperatorTotal("aten::view", "", Optional.of(StepPhase.REST), 9, 500, 0.2, 0, 0, 1)));
        assertThat(table.name()).isEqualTo("step");
        assertThat(table.columnNames())
                .containsExactly(
                        "operator", "block", "phase", "count", "self ms", "share", "GFLOP", "GFLOP/s", "GB", "unknown");
        assertThat(table.stringColumn("phase").asList()).containsExactly("forward", "rest");
        assertThat(table.longColumn("count").asList()).containsExactly(3L, 9L);
        assertThat(table.doubleColumn("self ms").asList()).containsExactly(2.0, 0.5);
        assertThat(table.doubleColumn("share").asList()).containsExactly(0.8, 0.2);
        assertThat(table.doubleColumn("GFLOP").getDouble(0)).isEqualTo(0.006);
        // Six million in two milliseconds.
        assertThat(table.doubleColumn("GFLOP/s").getDouble(0)).isEqualTo(3);
        assertThat(table.doubleColumn("GFLOP/s").isMissing(1)).isTrue();
        assertThat(table.doubleColumn("GB").getDouble(0)).isEqualTo(0.000004);
        assertThat(table.longColumn("unknown").asList()).containsExactly(0L, 1L);
    }

    @Test
    void leavesOutWhatIsNotToldApart() {
        Table table = OperatorTables.of(
                "phases", List.of(new OperatorTotal("", "", Optional.of(StepPhase.LOSS), 1, 1, 1, 1, 1, 0)));
        assertThat(table.columnNames()).startsWith("phase", "count").doesNotContain("operator", "block");
    }
}
