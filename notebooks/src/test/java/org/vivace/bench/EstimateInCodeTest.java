package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.methods.MixedPrecision;
import org.vivace.models.ResNet9;

/** What the README shows of estimates, on a block that has no weights. */
class EstimateInCodeTest {

    @Test
    void aBlockOfOnesOwn() {
        Block block = new ResNet9();
        Loss loss = Loss.softmaxCrossEntropyLoss();
        Optimizer optimizer = Optimizer.adam().build();
        Estimate estimate = Estimator.of(block, ArraySpec.float32(32, 3, 64, 64))
                .training(loss, optimizer, ArraySpec.int64(32))
                .methods(List.of(MixedPrecision.bf16()))
                .step();
        long bytes = estimate.memory().peak();
        double flops = estimate.flops();
        // The first convolution alone: forward and to its weights, 27 by 64 for each of 32 · 64 · 64 places.
        assertThat(flops).isGreaterThan(2 * 2.0 * 27 * 64 * 32 * 64 * 64);
        // Four arrays for each parameter: weight, gradient, and Adam's two.
        assertThat(bytes).isGreaterThan(4 * Float.BYTES * estimate.parameters());
        assertThat(block.getParameters().values()).noneMatch(parameter -> parameter.isInitialized());
    }
}
