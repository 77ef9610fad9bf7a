package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.nn.core.Linear;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceShareTest {

    private static final long WEIGHTS = 4 * (1000 * 500 + 500);

    /** 7 rows of 1000 numbers to 500. */
    private static Estimator step() {
        return Estimator.of(Linear.builder().setUnits(500).build(), ArraySpec.float32(7, 1000))
                .training(Loss.l2Loss(), Optimizer.adam().build(), ArraySpec.float32(7, 500));
    }

    @Test
    void theRowsAreSplitAsTheTrainingSplitsThem() {
        assertThat(DeviceShare.of(step(), 3)).extracting(DeviceShare::batch).containsExactly(2L, 2L, 3L);
        assertThat(DeviceShare.of(step(), 9))
                .extracting(DeviceShare::batch)
                .containsOnly(1L)
                .hasSize(7);
        assertThat(DeviceShare.of(step(), 2))
                .extracting(share -> share.step().forwardFlops())
                .containsExactly(2.0 * 3 * 1000 * 500, 2.0 * 4 * 1000 * 500);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceShare.of(step(), 0))
                .withMessage("expected at least 1 device, got 0");
    }

    @Test
    void onlyTheFirstHoldsGradientsAndOptimizerState() {
        List<DeviceShare> even = DeviceShare.of(step().withBatch(8), 2);
        DeviceShare first = even.get(0);
        DeviceShare other = even.get(1);
        assertThat(first.peakBytes())
                .isEqualTo(step().withBatch(4).step().memory().peak());
        assertThat(first.peakBytes() - other.peakBytes())
                .as("a gradient and Adam's two")
                .isEqualTo(3 * WEIGHTS);
        assertThat(first.copiedBytes()).isZero();
        assertThat(other.copiedBytes()).isEqualTo(2 * WEIGHTS);
    }
}
