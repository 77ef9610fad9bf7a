package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an attention in blocks holds between its forward and its backward pass. */
@Tag("slow")
class AttentionMemoryTest extends TorchTest {

    /** From the second call on TorchScript may take over the gradient; what it keeps is seen on the calls after that. */
    @Test
    void blocksKeepTheirWeightsOnce() {
        assumeTrue(HeldMemory.bytes(Device.cpu()).isPresent(), "needs a system that tells the memory in use");
        int heads = 256;
        int time = 256;
        NDArray x = manager.randomUniform(-1, 1, new Shape(1, heads, time, 4));
        x.setRequiresGradient(true);
        NDArray seen = manager.ones(new Shape(1, 1, 1, time), DataType.BOOLEAN);
        long all = 4L * heads * time * time;
        long causal = 4L * heads * Attention.blockedWeights(time, true);
        // The JVM's compiler takes or gives back some MiB meanwhile; a second matrix would be 48 or 64 MiB.
        assertThat(held(() -> Attention.blockedMasked(x, x, x, seen))).isBetween(all * 3 / 4, all * 3 / 2);
        assertThat(held(() -> Attention.blocked(x, x, x, 0))).isBetween(causal * 3 / 4, causal * 3 / 2);
    }

    /** What the last of four calls holds until its backward pass. */
    private long held(Supplier<NDArray> call) {
        long held = 0;
        for (int i = 0; i < 4; i++) {
            try (GradientCollector collector = Collecting.open()) {
                long before = HeldMemory.bytes(Device.cpu()).orElseThrow();
                NDArray result = call.get();
                held = HeldMemory.bytes(Device.cpu()).orElseThrow() - before;
                collector.backward(result.sum());
                result.close();
            }
        }
        return held;
    }

    @Test
    void countsTheWeightsOfBlocks() {
        assertThat(Attention.blockedWeights(100, true)).isEqualTo(100 * 100);
        assertThat(Attention.blockedWeights(300, true)).isEqualTo(128 * 128 + 128 * 256 + 44 * 300);
        assertThat(Attention.blockedWeights(300, false)).isEqualTo(300 * 300);
    }
}
