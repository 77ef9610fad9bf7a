package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Calibration;
import org.vivace.measure.MatmulPeak;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.StepPhase;
import org.vivace.trace.TraceEvent;

/** A roof that was measured on a busy machine bears its doubt wherever it is shown. */
class DoubtedRoofTest {

    private static final Calibration QUIET = SampleProfile.calibration();
    private static final Calibration BUSY = new Calibration(
            QUIET.schema(),
            QUIET.machine(),
            QUIET.date(),
            new MatmulPeak(300, 1200, true),
            QUIET.convolutionPeak(),
            QUIET.gigabytesPerSecond(),
            QUIET.operationMicros(),
            false);

    private static String evidence(Calibration machine, Bound bound, String operator) {
        TraceEvent event = new TraceEvent(operator, 0, 1000, 1, List.of(), 0);
        Operator only = new Operator(
                event,
                -1,
                1000,
                StepPhase.FORWARD,
                "",
                OperatorKind.of(operator),
                OptionalLong.of(200_000_000),
                OptionalLong.of(10_000_000));
        Roofs roofs = new Roofs(machine, Precision.FLOAT32, MemoryFormat.CONTIGUOUS);
        StepFacts facts = new StepFacts(false, 0, new Shape(1), Optional.empty(), 1, 4);
        return new Evidence(new StepWork(SampleProfile.profile().split(), List.of(only), 1, roofs), facts).of(bound);
    }

    @Test
    void theNumberInTheEvidence() {
        String doubt = ", measured while other work held the processors";
        assertThat(evidence(BUSY, Bound.COMPUTE, "aten::mm")).endsWith("in fp32" + doubt);
        assertThat(evidence(QUIET, Bound.COMPUTE, "aten::mm")).endsWith("in fp32");
        assertThat(evidence(BUSY, Bound.MEMORY_BANDWIDTH, "aten::add")).endsWith("GB/s" + doubt);
        assertThat(evidence(QUIET, Bound.MEMORY_BANDWIDTH, "aten::add")).endsWith("GB/s");
    }

    @Test
    void theProfileAndItsRecord() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            trainer.initialize(Planted.INPUT);
            Profile profile = Profiler.of(trainer)
                    .steps(2)
                    .withVerdict(BUSY, List.of())
                    .run(Planted.points(model.getNDManager()));
            String doubt = BUSY.doubt().orElseThrow();
            assertThat(profile.notes()).contains(doubt);
            assertThat(profile.toString()).contains("Note: " + doubt + ".");
            ProfileRecord record = ProfileRecord.of("c", "mlp", QUIET.machine(), profile);
            assertThat(record.toJson()).contains(doubt).contains("\"disturbed\": true");
        }
    }
}
