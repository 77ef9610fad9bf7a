package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimatorMessagesTest {

    private static final class Adding extends AbstractBlock {
        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            return new NDList(inputs.head().add(inputs.head().getManager().ones(new Shape(7))));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }

    private static final class Picky extends AbstractBlock {
        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            if (inputs.head().getFloat(0, 0) < 1e9) {
                throw new IllegalStateException("not that number");
            }
            return inputs;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }

    private static Block linear() {
        return Linear.builder().setUnits(2).build();
    }

    @Test
    void aBatchOfNothing() {
        assertThatThrownBy(() -> ArraySpec.float32(0, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an input whose sides are at least 1, got (0, 3): give a batch of at least 1");
        assertThatThrownBy(() -> ArraySpec.float32(4, -1))
                .hasMessage("expected an input whose sides are at least 1, got (4, -1): give the size of axis 1");
        assertThatThrownBy(() -> Estimator.of(linear(), ArraySpec.float32(1, 3)).withBatch(0))
                .hasMessageContaining("give a batch of at least 1");
    }

    @Test
    void noInputs() {
        assertThatThrownBy(() -> Estimator.of(linear()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected the shapes of the model's inputs, got none: give at least one");
    }

    @Test
    void aStepWithoutALoss() {
        assertThatThrownBy(() -> Estimator.of(linear(), ArraySpec.float32(1, 3)).step())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected a loss and an optimizer for a training step, got none: give them with training(…)");
    }

    @Test
    void shapesThatDoNotFit() {
        SequentialBlock joined = new SequentialBlock()
                .add(linear())
                .add(LambdaBlock.singleton(x -> x.add(x.getManager().ones(new Shape(7)))));
        assertThatThrownBy(() -> Estimator.of(joined, ArraySpec.float32(4, 3)).inference())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected inputs that fit the model, got shapes [(2, 3)] for its first rows: ")
                .hasMessageContaining("must match the size of tensor b (7)");
        assertThatThrownBy(() ->
                        Estimator.of(new Adding(), ArraySpec.float32(4, 3)).inference())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "add: expected shapes that broadcast, got (4, 3) and (7): check the input shapes against the"
                                + " model");
        Block kernel =
                Conv2d.builder().setKernelShape(new Shape(5, 5)).setFilters(2).build();
        assertThatThrownBy(() ->
                        Estimator.of(kernel, ArraySpec.float32(1, 3, 4, 4)).inference())
                .hasMessage("convolution: expected an input at least as large as the kernel, got (1, 3, 4, 4): give the"
                        + " model larger inputs");
    }

    /** It looks at values, and does not run for real either. */
    @Test
    void aBlockThatCannotBeMeasured() {
        SequentialBlock block = new SequentialBlock().add(linear()).add(new Picky());
        assertThatThrownBy(() -> Estimator.of(block, ArraySpec.float32(4, 3)).inference())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a model that runs on inputs of the shapes given, found that Picky at 02Picky, run"
                        + " on random numbers since it reads values of its input, fails on [(4, 2)]: not that number;"
                        + " give it inputs that it accepts, or fix the block")
                .hasRootCauseMessage("not that number");
        assertThat(block.isInitialized()).isFalse();
        assertThat(block.getChildren().values().get(1)).isInstanceOf(Picky.class);
    }

    @Test
    void aBlockThatThrowsLeavesTheModelAsItWas() {
        Block inner = linear();
        SequentialBlock block = new SequentialBlock().add(inner).add(new LambdaBlock(x -> {
            throw new IllegalStateException("not today");
        }));
        assertThatThrownBy(() -> Estimator.of(block, ArraySpec.float32(4, 3)).inference())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected inputs that fit the model, got shapes [(2, 3)] for its first rows: not today")
                .hasRootCauseMessage("not today");
        assertThat(block.getChildren().values().get(0)).isSameAs(inner);
        assertThat(block.isInitialized()).isFalse();
    }

    @Test
    void aLossWithoutAGradient() {
        SequentialBlock block = new SequentialBlock()
                .add(linear())
                .add(new LambdaBlock(x -> new NDList(x.head().duplicate())));
        assertThatThrownBy(() -> Compared.step(block, ArraySpec.float32(4, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected a loss that depends on the model's parameters, found one whose gradient is cut off:"
                                + " check the model for casts, duplicates and frozen parameters");
    }

    @Test
    void aRunOfNothing() {
        Estimator estimator = Estimator.of(linear(), ArraySpec.float32(4, 3));
        assertThatThrownBy(() -> RunCost.of(estimator, 0, e -> 1, OptionalDouble.empty(), OptionalDouble.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a run of at least 1 step, got 0");
        assertThatThrownBy(() -> RunCost.of(estimator, 1, e -> 1, OptionalDouble.of(-2), OptionalDouble.empty()))
                .hasMessage("expected a power in watts of at least 0, got -2.0");
        assertThatThrownBy(
                        () -> RunCost.of(estimator, 1, e -> 1, OptionalDouble.empty(), OptionalDouble.of(Double.NaN)))
                .hasMessage("expected a price per hour of at least 0, got NaN");
    }

    @Test
    void aFileThatHoldsNoTimes(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("times.json");
        for (String wrong : List.of("{", "[1]", "{\"a\": [1]}", "")) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> OperationTimes.of(Device.cpu(), file))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected times of operations in " + file + ", found something else: delete that file");
        }
    }
}
