package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.Test;
import org.vivace.models.Encoder;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;

class FlopsTest {

    private static Estimate step(Block block, Loss loss, ArraySpec labels, ArraySpec inputs) {
        return Estimator.of(block, inputs)
                .training(loss, Optimizer.adam().build(), labels)
                .step();
    }

    @Test
    void mlpByHand() {
        Estimate mlp = step(
                new Mlp(784, 10, new int[] {128, 64}),
                Loss.softmaxCrossEntropyLoss(),
                ArraySpec.int64(32),
                ArraySpec.float32(32, 784));
        double first = 2.0 * 32 * 784 * 128;
        double rest = 2.0 * 32 * (128 * 64 + 64 * 10);
        assertThat(mlp.parameters()).isEqualTo(784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10);
        assertThat(mlp.forwardFlops()).isEqualTo(first + rest);
        // The first layer's input wants no gradient.
        assertThat(mlp.backwardFlops()).isEqualTo(first + 2 * rest);
    }

    @Test
    void decoderByHand() {
        Gpt.Settings sizes = new Gpt.Settings(64, 32, 2, 4, 16, 0);
        Estimate gpt = step(new Gpt(sizes), new TokenLoss(), ArraySpec.int64(3, 16), ArraySpec.int64(3, 16));
        double token = 2 * (24.0 * 32 * 32 + 4 * 16 * 32) + 2 * 32 * 64;
        assertThat(gpt.parameters()).isEqualTo(sizes.parameterCount());
        assertThat(gpt.forwardFlops()).isEqualTo(3 * 16 * token);
        assertThat(gpt.backwardFlops()).isEqualTo(2 * 3 * 16 * token);
    }

    @Test
    void encoderByHand() {
        Encoder.Settings sizes = new Encoder.Settings(20, 16, 2, 4, 12, 3);
        Estimate encoder = step(new Encoder(sizes), new TokenLoss(), ArraySpec.int64(5), ArraySpec.int64(5, 8));
        double forward = 5 * (2 * 8 * (24.0 * 16 * 16 + 4 * 8 * 16) + 2 * 16 * 3);
        assertThat(encoder.parameters()).isEqualTo(sizes.parameterCount());
        assertThat(encoder.forwardFlops()).isEqualTo(forward);
        assertThat(encoder.backwardFlops()).isEqualTo(2 * forward);
    }

    @Test
    void residualNetworkByHand() {
        ResNet9.Settings sizes = new ResNet9.Settings(8, 10, 3);
        Block net = new ResNet9(sizes);
        Estimate estimate = Estimator.of(net, ArraySpec.float32(4, 3, 16, 16))
                .training(
                        new TokenLoss(),
                        Optimizer.sgd()
                                .setLearningRateTracker(Tracker.fixed(0.1f))
                                .build(),
                        ArraySpec.int64(4))
                .step();
        double c = 8;
        double first = 4 * 18 * 3 * c * 256;
        double others = 4 * (18 * (2 + 2 + 2 + 2 + 2) * c * c * 256 + 16 * c * 10);
        assertThat(estimate.parameters()).isEqualTo(sizes.parameterCount());
        assertThat(estimate.forwardFlops()).isEqualTo(first + others);
        assertThat(estimate.backwardFlops()).isEqualTo(first + 2 * others);
        assertThat(net.isInitialized()).isFalse();
    }
}
