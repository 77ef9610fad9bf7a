package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.estimate.StepTime;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.methods.LabelSmoothing;
import org.vivace.methods.SequenceLengthWarmup;
import org.vivace.report.Fragment;
import org.vivace.train.EfficiencyMethod;
import tech.tablesaw.api.Table;

@Tag("slow")
class WorkloadEstimateTest {

    private static Prediction predict(EfficiencyMethod... methods) {
        return WorkloadEstimate.of(Tiny.language(), List.of(methods), Device.cpu());
    }

    @Test
    void withoutMethodsNothingIsPredicted() {
        Prediction prediction = predict();
        assertThat(prediction.speedup()).isEqualTo(1);
        assertThat(prediction.bytes()).isEqualTo(prediction.plainBytes());
        assertThat(prediction.plain().forward()).isPositive();
        assertThat(prediction.plain().update()).isPositive();
        assertThat(prediction.notCounted()).isEmpty();
    }

    @Tag("clock")
    @Test
    void whatIsComputedAgainCostsTimeAndSavesMemory() {
        Prediction prediction = predict(new ActivationCheckpointing());
        assertThat(prediction.speedup()).isLessThan(1);
        assertThat(prediction.with().update()).isEqualTo(prediction.plain().update());
        assertThat(prediction.bytes()).isLessThan(prediction.plainBytes());
    }

    @Test
    void aScheduleIsPredictedOnTheMeanOfARun() {
        // Over the first half of the run the sequences are two long, then six.
        SequenceLengthWarmup warmup = new SequenceLengthWarmup(
                new SequenceLengthWarmup.Span.Share(1), 2, 4, SequenceLengthWarmup.Mode.TRUNCATE);
        Prediction prediction = predict(warmup);
        assertThat(prediction.with().total()).isPositive();
        assertThat(prediction.with().update()).isEqualTo(prediction.plain().update());
        assertThat(prediction.bytes()).isEqualTo(prediction.plainBytes());
    }

    @Test
    void aMethodThatChangesNoCostSaysSo() {
        Prediction prediction = predict(new LabelSmoothing(0.1));
        assertThat(prediction.speedup()).isEqualTo(1);
        assertThat(prediction.notCounted())
                .containsExactly("LabelSmoothing does not change the cost of a step; how many fewer steps the training"
                        + " takes with it cannot be estimated");
    }

    @Test
    void isShownInSentencesAndAsATable() {
        Prediction prediction = new Prediction(
                "language",
                List.of("FusedAdamW"),
                new StepTime(0.010, 0.020, 0.010),
                new StepTime(0.010, 0.020, 0.002),
                4 << 20,
                3 << 20,
                List.of("the weather"));
        assertThat(prediction.toString())
                .isEqualTo("Predicted: a step of language takes 32.0 ms with FusedAdamW and 40.0 ms in plain DJL, so it"
                        + " is 1.25 times as fast.\n"
                        + "It holds at most 3.0 MiB instead of 4.0 MiB, 0.75 times as much.\n"
                        + "Not counted: the weather.");
        Table table = Fragment.table(prediction);
        assertThat(table.stringColumn("methods").asList()).containsExactly("plain DJL", "FusedAdamW");
        assertThat(table.doubleColumn("step ms").asDoubleArray()).containsExactly(40, 32);
        assertThat(table.doubleColumn("speedup").getDouble(1)).isCloseTo(1.25, within(1e-9));
        assertThat(table.doubleColumn("peak MiB").asDoubleArray()).containsExactly(4, 3);
    }
}
