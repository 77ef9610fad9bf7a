package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.models.Gpt;
import org.vivace.torch.CheckpointTape;
import org.vivace.torch.Seeds;

class BlockTimesTest {

    @Tag("clock")
    @Test
    void timesEachBlockWithAndWithoutThoseInsideIt() throws Exception {
        SequentialBlock inner = new SequentialBlock().add(Planted.slow(6)).add(Planted.slow(3));
        try (Model model = Planted.model(Planted.mlp(inner));
                Trainer trainer = Planted.trainer(model)) {
            Map<String, BlockTime> blocks =
                    blocks(Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager())));

            String outer = path(model.getBlock(), 2);
            List<String> children = inner.getChildren().keys();
            assertThat(blocks.keySet()).hasSize(6);
            assertThat(blocks.get(outer).forwardMillis()).isGreaterThanOrEqualTo(9.0);
            assertThat(blocks.get(outer).ownForwardMillis())
                    .isLessThan(blocks.get(outer).forwardMillis() / 2);
            assertThat(blocks.get(outer).kind()).isEqualTo("SequentialBlock");
            assertThat(blocks.get(outer + "/" + children.get(0)).ownForwardMillis())
                    .isGreaterThanOrEqualTo(6.0);
            assertThat(blocks.get(outer + "/" + children.get(1)).forwardMillis())
                    .isGreaterThanOrEqualTo(3.0);
            assertThat(blocks.values()).allSatisfy(block -> {
                assertThat(block.calls()).isEqualTo(1);
                assertThat(block.backwardMillis().orElseThrow()).isNotNegative();
            });
        }
    }

    @Tag("clock")
    @Test
    void theBackwardPassOfALargeBlockIsItsOwn() throws Exception {
        SequentialBlock net = new SequentialBlock()
                .add(Linear.builder().setUnits(1024).build())
                .add(Linear.builder().setUnits(1024).build())
                .add(Linear.builder().setUnits(3).build());
        try (Model model = Planted.model(net);
                Trainer trainer = model.newTrainer(Planted.config())) {
            trainer.initialize(new Shape(1024, 8));
            NDManager manager = model.getNDManager();
            ArrayDataset data = new ArrayDataset.Builder()
                    .setData(manager.randomNormal(new Shape(2048, 8)))
                    .optLabels(manager.arange(2048).mod(3).toType(DataType.FLOAT32, false))
                    .setSampling(1024, false)
                    .build();
            Map<String, BlockTime> blocks = blocks(Profiler.of(trainer).steps(4).run(data));
            BlockTime large = blocks.get(path(net, 1));
            BlockTime small = blocks.get(path(net, 2));
            // 1024 x 1024 x 1024 products against 1024 x 1024 x 3.
            assertThat(large.backwardMillis().orElseThrow())
                    .isGreaterThan(3 * small.backwardMillis().orElseThrow());
            assertThat(large.activationBytes().orElseThrow()).isBetween(3L << 20, 9L << 20);
            assertThat(small.activationBytes().orElseThrow()).isLessThan(2L << 20);
        }
    }

    @Test
    void cutsChangeNoGradient() {
        // Residuals, attention, layer norms: arrays that are used by several blocks.
        gradientsAgree(new Gpt(new Gpt.Settings(16, 8, 2, 2, 8, 0)), true);
        gradientsAgree(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(6).build())
                        .add(new ParallelBlock(list -> new NDList(
                                        list.get(0).head().mul(list.get(1).head())))
                                .add(Linear.builder().setUnits(4).build())
                                .add(new SequentialBlock()
                                        .add(Activation.tanhBlock())
                                        .add(Linear.builder().setUnits(4).build()))),
                false);
    }

    private static void gradientsAgree(Block block, boolean ids) {
        try (Model model = Planted.model(block);
                Trainer trainer = model.newTrainer(Planted.config())) {
            Seeds.set(3);
            trainer.initialize(ids ? new Shape(4, 8) : Planted.INPUT);
            NDManager manager = trainer.getManager();
            NDArray input = ids
                    ? manager.arange(32).mod(16).reshape(4, 8).toType(DataType.INT64, false)
                    : manager.arange(20f).sin().reshape(4, 5);
            List<float[]> plain = gradients(trainer, input);
            List<float[]> cut;
            try (WatchedBlocks watched = WatchedBlocks.in(block)) {
                watched.watch(
                        new GraphCuts(trainer.getDevices()[0], watched.places().size()));
                cut = gradients(trainer, input);
            }
            for (int i = 0; i < plain.size(); i++) {
                // The first pass's gradients are still there and the second's were added to them.
                for (int j = 0; j < plain.get(i).length; j++) {
                    assertThat(cut.get(i)[j] / 2).isCloseTo(plain.get(i)[j], within(1e-5f));
                }
            }
        }
    }

    private static List<float[]> gradients(Trainer trainer, NDArray input) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray output = trainer.forward(new NDList(input)).singletonOrThrow();
            collector.backward(output.mul(output.sin()).sum());
        }
        return trainer.getModel().getBlock().getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .map(parameter -> parameter.getArray().getGradient().toFloatArray())
                .toList();
    }

    @Test
    void leavesTheBackwardPassOfCheckpointedBlocksAlone() throws Exception {
        CheckpointTape tape = new CheckpointTape();
        Block checkpointed =
                Planted.block(inputs -> tape.run(in -> new NDList(in.head().tanh()), inputs, 7));
        try (Model model = Planted.model(Planted.mlp(checkpointed));
                Trainer trainer = Planted.trainer(model)) {
            Profile profile = Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager()));
            assertThat(profile.blocks()).allSatisfy(block -> {
                assertThat(block.backwardMillis()).isEmpty();
                assertThat(block.forwardMillis()).isPositive();
            });
            assertThat(profile.notes())
                    .containsExactly("the backward pass is not measured block by block, since "
                            + path(model.getBlock(), 2)
                            + " ends it and goes on from there by itself, as checkpointing does");
        }
    }

    @Test
    void aBlockThatItsParentHoldsInANarrowFieldIsNamed() throws Exception {
        Block narrow = new Narrow();
        try (Model model = Planted.model(new SequentialBlock().add(narrow));
                Trainer trainer = Planted.trainer(model)) {
            Profile profile = Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager()));
            assertThat(profile.notes())
                    .containsExactly(
                            "01Narrow/01linear is not measured by itself: the profiler cannot put another block"
                                    + " where Narrow keeps its linear, a Closed, whose class cannot be extended: leave that"
                                    + " block as it is, or keep it as a Block");
            assertThat(profile.blocks()).hasSize(1);
        }
    }

    /** A linear layer of a class of which there are no others. */
    private static final class Closed extends Linear {
        Closed() {
            super(Linear.builder().setUnits(3));
        }
    }

    /** Keeps its child in a field of the child's own class. */
    private static final class Narrow extends ai.djl.nn.AbstractBlock {

        private final Closed linear = new Closed();

        Narrow() {
            super((byte) 1);
            addChildBlock("linear", linear);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, ai.djl.util.PairList<String, Object> params) {
            return linear.forward(store, inputs, training, params);
        }

        @Override
        protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            linear.initialize(manager, type, shapes);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return linear.getOutputShapes(shapes);
        }
    }

    private static String path(Block root, int child) {
        return root.getChildren().get(child).getKey();
    }

    private static Map<String, BlockTime> blocks(Profile profile) {
        return profile.blocks().stream().collect(Collectors.toMap(BlockTime::path, block -> block));
    }
}
