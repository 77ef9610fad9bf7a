package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.PairList;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block that is used in two places, and a weight that two blocks share, have one memory, one gradient and one update. */
class SharedParametersTest {

    private static final Optimizer ADAM = Optimizer.adam().build();

    /** The rows of its table are the columns of the layer that reads them back. */
    private static final class Tied extends AbstractBlock {
        private final Parameter table;

        Tied(long words, long width) {
            table = addParameter(Parameter.builder()
                    .setName("table")
                    .setType(Parameter.Type.WEIGHT)
                    .optShape(new Shape(words, width))
                    .build());
            addChildBlock("reader", new Reader(table));
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDArray values = store.getValue(table, inputs.head().getDevice(), training);
            NDArray hidden = Embedding.embedding(inputs.head(), values, ai.djl.ndarray.types.SparseFormat.DENSE)
                    .head();
            return children.valueAt(0).forward(store, new NDList(hidden), training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return new Shape[] {shapes[0].add(table.getShape().get(0))};
        }

        @Override
        protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            children.valueAt(0).initialize(manager, type, shapes);
        }
    }

    private static final class Reader extends AbstractBlock {
        private final Parameter table;

        Reader(Parameter table) {
            this.table = addParameter(table);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            return Linear.linear(
                    inputs.head(), store.getValue(table, inputs.head().getDevice(), training));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
        }
    }

    private static Block linear(long units) {
        return Linear.builder().setUnits(units).build();
    }

    private static Block usedTwice() {
        Block shared = new SequentialBlock().add(linear(8)).add(Activation::tanh);
        return new SequentialBlock().add(linear(8)).add(shared).add(shared).add(linear(3));
    }

    private static Estimate step(Block block) {
        return Estimator.of(block, ArraySpec.float32(4, 6))
                .training(Loss.softmaxCrossEntropyLoss(), ADAM, ArraySpec.int64(4))
                .step();
    }

    private static void assertCountedOnce(Estimate estimate, long parameters) {
        long bytes = parameters * Float.BYTES;
        assertThat(estimate.parameters()).isEqualTo(parameters);
        assertThat(estimate.memory().weights()).isEqualTo(bytes);
        assertThat(estimate.memory().gradients()).isEqualTo(bytes);
        assertThat(estimate.memory().optimizerState()).isEqualTo(2 * bytes);
        // DJL's Adam passes over memory 36 times.
        assertThat(estimate.updateBytes()).isEqualTo(36.0 * bytes);
    }

    /** 6·8+8 of the first layer, 8·8+8 of the shared one, 8·3+3 of the last; the shared one's products count twice. */
    @Test
    void aBlockInTwoPlaces() {
        Estimate estimate = step(usedTwice());
        assertCountedOnce(estimate, 155);
        assertThat(estimate.forwardFlops()).isEqualTo(2 * 4 * (6 * 8 + 2 * 8 * 8 + 8 * 3));
    }

    /** The parameters have arrays then, by which they are told apart. */
    @Test
    void alsoInAModelThatHasWeights() {
        Block block = usedTwice();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            block.initialize(manager, DataType.FLOAT32, new Shape(4, 6));
            assertCountedOnce(step(block), 155);
        }
    }

    @Test
    void anArrayInTwoParameters() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray weight = manager.ones(new Shape(6, 6));
            Block block = new SequentialBlock().add(reader(weight)).add(reader(weight));
            assertCountedOnce(step(block), 36);
        }
    }

    private static Block reader(NDArray weight) {
        return new Reader(Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.WEIGHT)
                .optArray(weight)
                .build());
    }

    /** 7 words of width 5: the same table looks up and reads back, and gets the gradient of both. */
    @Test
    void tiedWeights() {
        Estimate estimate = Estimator.of(new Tied(7, 5), ArraySpec.int64(4, 6))
                .training(new Compared.Sum(), ADAM, ArraySpec.float32(1))
                .step();
        assertCountedOnce(estimate, 35);
        assertThat(estimate.forwardFlops()).isEqualTo(2.0 * 4 * 6 * 5 * 7);
        assertThat(estimate.backwardFlops()).isEqualTo(2 * estimate.forwardFlops());
    }

    @Test
    void insideABlockThatIsMeasured() {
        Block shared = linear(6);
        Block block = new SequentialBlock().add(new Through(shared, x -> x.getFloat(0, 0) < 1e9 ? x : x.neg(), shared));
        Estimate estimate = step(block);
        assertCountedOnce(estimate, 42);
        assertThat(estimate.operations())
                .filteredOn(operation -> operation.kind() == OperationKind.MEASURED)
                .singleElement()
                .satisfies(operation -> assertThat(operation.parameters()).isEqualTo(42));
        assertThat(estimate.forwardFlops()).isEqualTo(2.0 * 4 * 6 * 6 * 2);
    }

    /** Four updates of 64 thousand numbers take longer than one. */
    @Test
    void theUpdateIsTimedOnce(@TempDir Path folder) {
        Block shared = linear(256);
        Block once = new SequentialBlock().add(shared);
        Block fourTimes =
                new SequentialBlock().add(shared).add(shared).add(shared).add(shared);
        OperationTimes times = OperationTimes.of(Device.cpu(), folder.resolve("times.json"));
        double one = update(once, times);
        assertThat(update(fourTimes, times)).isEqualTo(one);
    }

    private static double update(Block block, OperationTimes times) {
        return times.of(Compared.step(block, ArraySpec.float32(2, 256)), ADAM).update();
    }
}
