package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.PairList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking up by arrays of whole numbers. */
class IndexingTest {

    private static final int WORDS = 50;
    private static final int WIDTH = 16;

    /** A table and what is made of it and of the ids that come in. */
    private static final class Lookup extends AbstractBlock {
        private final Parameter table;
        private final BinaryOperator<NDArray> with;

        Lookup(Shape shape, BinaryOperator<NDArray> with) {
            this.with = with;
            table = addParameter(Parameter.builder()
                    .setName("table")
                    .setType(Parameter.Type.WEIGHT)
                    .optShape(shape)
                    .build());
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDArray ids = inputs.head();
            return new NDList(with.apply(store.getValue(table, ids.getDevice(), training), ids));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return new Shape[] {shapes[0].add(WIDTH)};
        }
    }

    private static Block embedding() {
        return new Lookup(new Shape(WORDS, WIDTH), (table, ids) -> table.get(ids));
    }

    /** 4 × 6 ids of 50 words, each a row of 16 numbers. */
    @Test
    void anEmbeddingMadeByHand() {
        Block block = new SequentialBlock()
                .add(embedding())
                .add(Linear.builder().setUnits(3).build());
        Compared compared = Compared.of(block, ArraySpec.int64(4, 6));
        Estimate estimate = compared.estimate();
        assertThat(estimate.outputs()).isEqualTo(compared.outputs());
        assertThat(estimate.flops()).isEqualTo(compared.flops()).isEqualTo(3 * 2.0 * 24 * WIDTH * 3);
        assertThat(estimate.notes()).isEmpty();
        assertThat(estimate.operations())
                .filteredOn(operation -> operation.kind() == OperationKind.EMBEDDING)
                .singleElement()
                .satisfies(operation -> {
                    long rows = 24 * WIDTH * Float.BYTES;
                    assertThat(operation.forwardFlops() + operation.backwardFlops())
                            .isZero();
                    assertThat(operation.forwardBytes()).isEqualTo(2 * rows);
                    assertThat(operation.savedBytes()).isEqualTo(24 * Long.BYTES);
                    // What arrives, the ids, and a gradient of the whole table, to which it is added.
                    assertThat(operation.backwardBytes())
                            .isEqualTo(rows + 24 * Long.BYTES + WORDS * WIDTH * Float.BYTES);
                    assertThat(operation.parameters()).isEqualTo(WORDS * WIDTH);
                });
    }

    @Test
    @Tag("clock")
    void itsTimeIsThatOfTheLookUp(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("times.json");
        Estimate estimate = Compared.step(embedding(), ArraySpec.int64(4, 6));
        StepTime time = OperationTimes.of(Device.cpu(), file)
                .of(estimate, Optimizer.adam().build());
        assertThat(time.forward()).isPositive();
        assertThat(time.backward()).isPositive();
        assertThat(Files.readString(file)).contains("index [");
    }

    /** Each is held against what libtorch makes of the same index. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{}, {}",
                ":, {}",
                "{}, 2",
                "2, {}",
                "{}, :, {}",
                "..., {}",
                "{}, ..., {}",
                "1:5:2, {}",
                "null, {}",
                "-1, {}, 1:",
                "{}, null, {}"
            })
    void ofTheShapeThatLibtorchGives(String index) {
        Shape table = new Shape(7, 8, 9);
        BinaryOperator<NDArray> looked = (x, ids) -> {
            int arrays = index.split("\\{}", -1).length - 1;
            Object[] all = new Object[arrays];
            java.util.Arrays.fill(all, ids);
            return x.get(new NDIndex(index, all));
        };
        Estimate estimate = Compared.step(new Lookup(table, looked), ArraySpec.int64(4, 6));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray real = looked.apply(manager.ones(table), manager.zeros(new Shape(4, 6), DataType.INT64));
            assertThat(estimate.outputs()).containsExactly(real.getShape());
        }
        assertThat(estimate.notes()).isEmpty();
    }

    @Test
    void indicesOfOtherTypesAreCopied() {
        Block block = new Lookup(new Shape(WORDS, WIDTH), (table, ids) -> table.get(ids.toType(DataType.INT32, false)));
        assertThat(Compared.step(block, ArraySpec.int64(4, 6)).operations())
                .filteredOn(operation -> operation.kind() == OperationKind.EMBEDDING)
                .singleElement()
                .satisfies(operation -> assertThat(operation.savedBytes()).isEqualTo(24 * Long.BYTES));
    }

    @Test
    void taken() {
        Block block = new Lookup(new Shape(WORDS, WIDTH), (table, ids) -> table.take(ids));
        Compared compared = Compared.of(block, ArraySpec.int64(4, 6));
        assertThat(compared.estimate().outputs()).isEqualTo(compared.outputs()).containsExactly(new Shape(4, 6));
        assertThat(compared.estimate().notes()).isEmpty();
    }

    @Test
    void gathered() {
        Block block = new Lookup(new Shape(WORDS, WIDTH), (table, ids) -> table.gather(ids, 0));
        Compared compared = Compared.of(block, ArraySpec.int64(4, 6));
        assertThat(compared.estimate().outputs()).isEqualTo(compared.outputs()).containsExactly(new Shape(4, 6));
        assertThat(compared.estimate().operations().get(0).forwardBytes()).isEqualTo(2 * 24 * Float.BYTES);
    }

    @Test
    void moreIndicesThanAxes() {
        Block block = new Lookup(
                new Shape(WORDS, WIDTH), (table, ids) -> table.get(new NDIndex("{}, {}, {}", ids, ids, ids)));
        assertThatThrownBy(() -> Compared.step(new SequentialBlock().add(block), ArraySpec.int64(4, 6)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("01Lookup: index: expected at most 2 parts for an array of shape (50, 16), got"
                        + " [{}, {}, {}]: check the input shapes against the model");
    }
}
