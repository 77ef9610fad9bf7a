package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;
import org.vivace.train.Surgery;

class MemoryTest {

    private static Block linear(long units) {
        return Linear.builder().setUnits(units).optBias(false).build();
    }

    private static Estimator gpt() {
        return Estimator.of(new Gpt(new Gpt.Settings(64, 32, 4, 4, 32, 0)), ArraySpec.int64(4, 32))
                .training(new TokenLoss(), Optimizer.adam().build(), ArraySpec.int64(4, 32));
    }

    /** Numbers of 4 bytes: weights 3·2 + 2·5, for batch 4 the input 12, hidden 8, relu 8, output 20, sum 1. */
    @Test
    void byHand() {
        Block block =
                new SequentialBlock().add(linear(2)).add(Activation.reluBlock()).add(linear(5));
        Estimate estimate = Compared.step(block, ArraySpec.float32(4, 3));
        Memory memory = estimate.memory();
        assertThat(memory.weights()).isEqualTo(4 * 16);
        assertThat(memory.gradients()).isEqualTo(4 * 16);
        assertThat(memory.optimizerState()).isEqualTo(4 * 32);
        assertThat(memory.batch()).isEqualTo(4 * (12 + 1));
        // The input for the first weight, relu's result for relu and the second weight, and that weight.
        assertThat(memory.saved()).isEqualTo(4 * (12 + 8 + 10));
        // DJL keeps hidden, relu, output and loss open.
        assertThat(memory.kept()).isEqualTo(4 * (8 + 8 + 20 + 1));
        // At the second layer's backward: beside all that is kept, the output's gradient, spread out, and those of the
        // weight and of relu's result; or Adam's six copies of the larger weight, whichever is more.
        long held = memory.resident() + memory.batch() + memory.kept();
        assertThat(memory.peak()).isEqualTo(held + 4L * Math.max(20 + 10 + 8, 6 * 10));
    }

    @Test
    void sgdWithoutMomentumKeepsNothing() {
        Estimate estimate = Estimator.of(linear(4), ArraySpec.float32(2, 3))
                .training(
                        new TokenLoss(),
                        Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1)).build(),
                        ArraySpec.int64(2))
                .step();
        assertThat(estimate.memory().optimizerState()).isZero();
    }

    @Test
    void inferenceKeepsNoGraph() {
        Estimate estimate = Estimator.of(linear(4), ArraySpec.float32(2, 3)).inference();
        assertThat(estimate.backwardFlops()).isZero();
        assertThat(estimate.parameters()).isEqualTo(12);
        assertThat(estimate.updateBytes()).isZero();
        assertThat(estimate.memory()).isEqualTo(new Memory(4 * 12, 0, 0, 4 * 6, 0, 4 * 8, 0, 4 * (12 + 6 + 8)));
    }

    /** Two different convolutions, one of them twice, forward and backward. */
    @Test
    void convolutionsComeWithCompiledKernels() {
        SequentialBlock block = new SequentialBlock();
        for (int i = 0; i < 3; i++) {
            block.add(Conv2d.builder()
                    .setKernelShape(new Shape(1, 1))
                    .setFilters(4)
                    .optBias(false)
                    .build());
        }
        Memory step = Compared.step(block, ArraySpec.float32(2, 3, 5, 5)).memory();
        assertThat(step.kernels()).isEqualTo(2 * 3 * CompiledKernels.BYTES);
        Memory inference =
                Estimator.of(block, ArraySpec.float32(2, 3, 5, 5)).inference().memory();
        assertThat(inference.kernels()).isEqualTo(2 * CompiledKernels.BYTES);
    }

    @Test
    void recomputingKeepsInputsAndRunsForwardTwice() {
        Estimate plain = gpt().step();
        Effect.Choice layers = places -> places.stream()
                .filter(place -> !place.path().contains("/")
                        && !place.block().getChildren().isEmpty())
                .toList();
        Estimate less = gpt().methods(List.of(new Declared(List.of(new Effect.Recomputation(layers)))))
                .step();
        assertThat(less.backwardFlops()).isEqualTo(plain.backwardFlops());
        double head = 2.0 * 4 * 32 * 32 * 64;
        assertThat(less.forwardFlops()).isEqualTo(2 * plain.forwardFlops() - head);
        assertThat(less.memory().activations()).isLessThan(plain.memory().activations() / 2);
    }

    @Test
    void lowPrecisionHalvesWhatProductsKeep() {
        Estimate plain = gpt().step();
        Estimate low = gpt().methods(List.of(new Declared(List.of(new Effect.LowPrecision(Precision.BFLOAT16)))))
                .step();
        assertThat(low.flops()).isEqualTo(plain.flops());
        assertThat(low.memory().saved()).isLessThan(plain.memory().saved());
        assertThat(low.operations())
                .filteredOn(operation -> operation.precision() == Precision.BFLOAT16)
                .allMatch(operation -> operation.kind() == OperationKind.MATMUL);
    }

    @Test
    void aMethodThatSaysNothingIsNamed() {
        assertThat(gpt().methods(List.of(new Declared(List.of(new Effect.Undeclared()))))
                        .step()
                        .notes())
                .containsExactly("Declared does not say what it does to the cost: it is counted as if it did nothing");
    }

    @Test
    void theLargestBatchFitsAndOneMoreDoesNot() {
        Estimator estimator = gpt();
        long bytes = 10 << 20;
        long batch = estimator.largestBatch(bytes);
        assertThat(estimator.withBatch(batch).step().memory().peak()).isLessThanOrEqualTo(bytes);
        assertThat(estimator.withBatch(batch + 1).step().memory().peak()).isGreaterThan(bytes);
        assertThat(estimator.largestBatch(1000)).isZero();
    }

    @Test
    void aRunFollowsItsSchedule() {
        Effect half = new Effect.SmallerInputs(
                (step, steps, full, first) -> step < steps / 2 ? new Shape(full.get(0), full.get(1) / 2) : full);
        Estimator estimator = gpt().methods(List.of(new Declared(List.of(half))));
        double full = estimator.step().flops();
        double shorter = Estimator.of(estimator.block(), ArraySpec.int64(4, 16))
                .training(new TokenLoss(), Optimizer.adam().build(), ArraySpec.int64(4, 16))
                .step()
                .flops();
        RunCost cost = RunCost.of(
                estimator, 1600, estimate -> estimate.flops() / full, OptionalDouble.of(90), OptionalDouble.of(3));
        assertThat(cost.flops()).isEqualTo(800 * full + 800 * shorter);
        assertThat(cost.seconds()).isEqualTo(800 + 800 * (shorter / full));
        assertThat(cost.kilowattHours()).hasValue(0.09 * (cost.seconds() / 3600));
        assertThat(cost.money()).hasValue(3 * (cost.seconds() / 3600));
    }

    @Test
    @Tag("clock")
    void operationsAreTimedOnce(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("cache").resolve("times.json");
        Estimate estimate = gpt().step();
        Optimizer adam = Optimizer.adam().build();
        StepTime first = OperationTimes.of(ai.djl.Device.cpu(), file).of(estimate, adam);
        assertThat(first.forward()).isPositive();
        assertThat(first.backward()).isPositive();
        assertThat(first.update()).isPositive();
        String kept = Files.readString(file);
        assertThat(OperationTimes.of(ai.djl.Device.cpu(), file).of(estimate, adam))
                .isEqualTo(first);
        assertThat(Files.readString(file)).isEqualTo(kept);
    }

    @Test
    void theBlockIsAsItWas() {
        Gpt block = new Gpt(new Gpt.Settings(64, 32, 1, 4, 32, 0));
        List<Surgery.Place> before = Surgery.on(block, "a test").places();
        Estimator.of(block, ArraySpec.int64(4, 32)).inference();
        assertThat(Surgery.on(block, "a test").places()).isEqualTo(before);
        assertThat(block.getParameters().values()).noneMatch(parameter -> parameter.isInitialized());
    }
}
