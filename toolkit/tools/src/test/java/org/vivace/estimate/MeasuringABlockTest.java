package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.torch.HeldMemory;

/** Measuring a block that symbolic arrays cannot go through takes its time and leaves nothing behind. */
@Tag("slow")
class MeasuringABlockTest {

    @Tag("clock")
    @Test
    void takesTheTimeThatItTakes(@TempDir Path folder) throws Exception {
        Estimate slow = MeasuredBlockTest.step(x -> {
            x.getFloat(0, 0);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return x.mul(2);
        });
        Path file = folder.resolve("times.json");
        StepTime time =
                OperationTimes.of(Device.cpu(), file).of(slow, Optimizer.adam().build());
        assertThat(time.forward()).isBetween(0.020, 1.0);
        assertThat(time.backward()).isPositive();
        // A block that sleeps has no processor, as one that other work holds up; so it may be the machine's doing.
        assertThat(time.doubt().orElseThrow()).contains(" of the operations were timed, so the time cannot be trusted");
        // What another version of the block would take is not known by its name.
        assertThat(Files.readString(file)).doesNotContain("Through").contains("linear");
    }

    @Test
    void leavesNothingBehind() {
        Block block = MeasuredBlockTest.model(MeasuredBlockTest::looking);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            block.initialize(manager, DataType.FLOAT32, new Shape(MeasuredBlockTest.ROWS, MeasuredBlockTest.WIDTH));
            int arrays = manager.getManagedArrays().size();
            float[] weights = weights(block);
            Estimator estimator = Estimator.of(
                            block, ArraySpec.float32(MeasuredBlockTest.ROWS, MeasuredBlockTest.WIDTH))
                    .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
            estimator.step();
            long before = HeldMemory.bytes(Device.cpu()).orElse(0);
            int steps = 60;
            for (int i = 0; i < steps; i++) {
                estimator.step();
            }
            // One activation kept by each step would be 30 MiB; the JVM's compiler holds some MiB more or less
            // meanwhile.
            long activation = MeasuredBlockTest.ROWS * MeasuredBlockTest.WIDTH * Float.BYTES;
            assertThat(HeldMemory.bytes(Device.cpu()).orElse(0) - before).isLessThan(steps * activation / 2);
            assertThat(manager.getManagedArrays()).hasSize(arrays);
            assertThat(weights(block)).isEqualTo(weights);
            assertThat(block.getChildren().values().get(1)).isInstanceOf(Through.class);
        }
    }

    private static float[] weights(Block block) {
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.getArray().getShape().dimension() == 2) {
                return parameter.getArray().toFloatArray();
            }
        }
        throw new AssertionError("no weights");
    }
}
