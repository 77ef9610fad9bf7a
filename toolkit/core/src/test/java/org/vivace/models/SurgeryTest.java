package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.training.ParameterStore;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.vivace.contract.CountedBlock;

/** Every block of the trees is replaced in turn, in its parent's children list, by one that counts its calls. */
class SurgeryTest {

    @TestFactory
    Stream<DynamicTest> everyBlockOfGptCanBeReplaced() {
        Gpt gpt = new Gpt(new Gpt.Settings(7, 8, 2, 2, 4, 0.0));
        return replaceEach(gpt, new Shape(2, 4), DataType.INT64);
    }

    @TestFactory
    Stream<DynamicTest> everyBlockOfEncoderCanBeReplaced() {
        Encoder encoder = new Encoder(new Encoder.Settings(7, 8, 2, 2, 4, 3));
        return replaceEach(encoder, new Shape(2, 4), DataType.INT64);
    }

    @TestFactory
    Stream<DynamicTest> everyBlockOfResNet9CanBeReplaced() {
        ResNet9 net = new ResNet9(new ResNet9.Settings(2, 5, 3));
        return replaceEach(net, new Shape(2, 3, 16, 16), DataType.FLOAT32);
    }

    private static Stream<DynamicTest> replaceEach(Block root, Shape shape, DataType type) {
        NDManager manager = NDManager.newBaseManager();
        root.initialize(manager, DataType.FLOAT32, shape);
        List<DynamicTest> tests = new ArrayList<>();
        visit(
                root,
                "",
                (path, children, index) -> tests.add(DynamicTest.dynamicTest(path, () -> {
                    Block original = children.valueAt(index);
                    CountedBlock replacement = new CountedBlock(original);
                    try (NDManager batch = manager.newSubManager()) {
                        NDList input = new NDList(batch.ones(shape, type));
                        ParameterStore store = new ParameterStore(batch, false);
                        NDArray before = root.forward(store, input, false).singletonOrThrow();
                        children.values().set(index, replacement);
                        NDArray after = root.forward(store, input, false).singletonOrThrow();
                        root.forward(store, input, new NDList(batch.ones(new Shape(1))), null);

                        assertThat(replacement.calls()).isEqualTo(2);
                        assertThat(after).isEqualTo(before);
                    } finally {
                        children.values().set(index, original);
                    }
                })));
        return tests.stream().onClose(manager::close);
    }

    private interface Place {
        void at(String path, BlockList children, int index);
    }

    private static void visit(Block block, String path, Place place) {
        if (!(block instanceof AbstractBlock)) {
            return;
        }
        BlockList children = childrenOf(block);
        for (int i = 0; i < children.size(); i++) {
            String child = path + "/" + children.keyAt(i);
            place.at(child, children, i);
            visit(children.valueAt(i), child, place);
        }
    }

    private static BlockList childrenOf(Block block) {
        try {
            Field field = AbstractBlock.class.getDeclaredField("children");
            field.setAccessible(true);
            return (BlockList) field.get(block);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("DJL keeps the children of a block elsewhere now", e);
        }
    }
}
