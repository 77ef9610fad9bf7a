package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;

class ObservedBlocksTest {

    private final List<String> seen = new ArrayList<>();

    private ObservedBlocks observe(Model model) {
        return ObservedBlocks.of(model, (path, forward) -> {
            seen.add(path);
            NDList outputs = forward.get();
            seen.add("end of " + path);
            return outputs;
        });
    }

    private static Model model(Block block, Shape input) {
        Model model = SmallTraining.model(block);
        block.initialize(model.getNDManager(), DataType.FLOAT32, input);
        return model;
    }

    private static float[] run(Model model, Shape input) {
        try (NDArray x = model.getNDManager().ones(input)) {
            ParameterStore store = new ParameterStore(model.getNDManager(), false);
            try (NDList outputs = model.getBlock().forward(store, new NDList(x), false)) {
                return outputs.get(0).toFloatArray();
            }
        }
    }

    @Test
    void standsAroundEveryBlockAndTheRoot() {
        Block inner = new SequentialBlock().add(Activation.reluBlock());
        Block root =
                new SequentialBlock().add(Linear.builder().setUnits(2).build()).add(inner);
        Shape input = new Shape(3, 4);
        try (Model model = model(root, input)) {
            float[] plain = run(model, input);
            try (ObservedBlocks blocks = observe(model)) {
                assertThat(run(model, input)).isEqualTo(plain);
                assertThat(blocks.paths())
                        .containsExactly(
                                "SequentialBlock/01Linear",
                                "SequentialBlock/02SequentialBlock/01LambdaBlock",
                                "SequentialBlock/02SequentialBlock",
                                "SequentialBlock");
                assertThat(blocks.unseen()).isEmpty();
                assertThat(model.getBlock().getParameters().keys())
                        .isEqualTo(root.getParameters().keys());
            }
            assertThat(seen)
                    .containsExactly(
                            "SequentialBlock",
                            "SequentialBlock/01Linear",
                            "end of SequentialBlock/01Linear",
                            "SequentialBlock/02SequentialBlock",
                            "SequentialBlock/02SequentialBlock/01LambdaBlock",
                            "end of SequentialBlock/02SequentialBlock/01LambdaBlock",
                            "end of SequentialBlock/02SequentialBlock",
                            "end of SequentialBlock");
            assertThat(model.getBlock()).isSameAs(root);
            assertThat(root.getChildren().valueAt(1)).isSameAs(inner);
            seen.clear();
            assertThat(run(model, input)).isEqualTo(plain);
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aSharedBlockGoesByItsFirstPath() {
        Block shared = Activation.reluBlock();
        Block root = new SequentialBlock().add(shared).add(shared);
        Shape input = new Shape(2);
        try (Model model = model(root, input);
                ObservedBlocks blocks = observe(model)) {
            run(model, input);
            assertThat(blocks.paths()).containsExactly("SequentialBlock/01LambdaBlock", "SequentialBlock");
            assertThat(seen).filteredOn("SequentialBlock/01LambdaBlock"::equals).hasSize(2);
        }
        assertThat(root.getChildren().values())
                .allSatisfy(child -> assertThat(child).isSameAs(shared));
    }

    @Test
    void blocksInNarrowFieldsAreNamedAndLeftAlone() {
        Block root = new SequentialBlock().add(new TransformerEncoderBlock(4, 2, 8, 0f, Activation::relu));
        Shape input = new Shape(2, 3, 4);
        try (Model model = model(root, input)) {
            float[] plain = run(model, input);
            try (ObservedBlocks blocks = observe(model)) {
                assertThat(run(model, input)).isEqualTo(plain);
                assertThat(blocks.unseen())
                        .isNotEmpty()
                        .allSatisfy(path -> assertThat(path).startsWith("SequentialBlock/01TransformerEncoderBlock/"));
                assertThat(blocks.paths()).contains("SequentialBlock/01TransformerEncoderBlock");
            }
            assertThat(run(model, input)).isEqualTo(plain);
        }
    }

    @Test
    void whatABlockThrowsComesOutAsItIs() {
        IllegalStateException thrown = new IllegalStateException("of the block");
        Block root = new SequentialBlock().add(LambdaBlock.singleton(x -> {
            throw thrown;
        }));
        Block first = root.getChildren().valueAt(0);
        try (Model model = SmallTraining.model(root)) {
            try (ObservedBlocks blocks = observe(model)) {
                assertThat(blocks.paths()).hasSize(2);
                assertThatThrownBy(() -> run(model, new Shape(2))).isSameAs(thrown);
            }
            assertThat(model.getBlock()).isSameAs(root);
            assertThat(root.getChildren().valueAt(0)).isSameAs(first);
        }
    }

    @Test
    void aModelWithoutABlockIsRefused() {
        try (Model model = Model.newInstance("empty", Device.cpu(), "PyTorch")) {
            assertThatThrownBy(() -> observe(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a model with a block, got one without: call setBlock first");
        }
    }
}
