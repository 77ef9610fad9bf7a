package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.estimate.Estimate;
import org.vivace.workloads.Classify;
import org.vivace.workloads.Language;
import org.vivace.workloads.Vision;

/** What was counted by hand is what the estimator counts. */
class FlopsByHandTest {

    /** A millionth. */
    private static final double PERCENT = 1e-4;

    private static Estimate estimate(Workload workload) {
        return EstimateSubject.of(workload).estimator(List.of(), Device.cpu()).step();
    }

    private static double byHand(Workload workload) {
        return workload.flopsPerStep().orElseThrow();
    }

    @Test
    void ofTheDecoder() {
        Language language = new Language(12, 3, 2, 10, 5, "wordnet", 64);
        assertThat(estimate(language).flops()).isCloseTo(byHand(language), withinPercentage(PERCENT));
    }

    /** But for the gradient of the images, which is in three times the forward pass and which nobody computes. */
    @Test
    void ofTheConvolutionalNetwork() {
        Vision vision = new Vision(8, 3, "glyphs", 10);
        Estimate estimate = estimate(vision);
        double first = 3 * 18.0 * 3 * 8 * 32 * 32;
        assertThat(3 * estimate.forwardFlops()).isCloseTo(byHand(vision), withinPercentage(PERCENT));
        assertThat(estimate.flops()).isCloseTo(byHand(vision) - first, withinPercentage(PERCENT));
    }

    /** Of texts that are all cut to one length, so that every batch is as large as the mean of all. */
    @Test
    void ofTheEncoder() {
        Classify classify = new Classify(12, 2, 3, 4, 10, "wordnet", 8);
        assertThat(estimate(classify).flops()).isCloseTo(byHand(classify), withinPercentage(PERCENT));
    }

    @Test
    void whereNobodyCountedTheEstimatorDoes() {
        Language language = new Language(12, 3, 2, 10, 5, "wordnet", 64);
        Workload uncounted = Workload.of(
                "uncounted",
                language::newBlock,
                language.inputs(),
                language.loss(),
                language::optimizer,
                language.train());
        WorkloadFlops flops = WorkloadFlops.of(uncounted);
        assertThat(flops.note()).isEmpty();
        assertThat(flops.perStep().orElseThrow()).isCloseTo(byHand(language), withinPercentage(PERCENT));
        assertThat(WorkloadFlops.of(language).perStep()).hasValue(byHand(language));
    }
}
