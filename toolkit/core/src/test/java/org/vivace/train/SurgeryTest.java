package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.contract.CountedBlock;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.models.DecoderLayer;

class SurgeryTest {

    private final List<String> log = new ArrayList<>();
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    static Predicate<Surgery.Place> a(Class<?> type) {
        return place -> type.isInstance(place.block());
    }

    private Surgery surgery(Block root, boolean strict) {
        return new Surgery(root, strict, log).by("Cutter");
    }

    private static List<String> parameters(Block root) {
        return root.getParameters().keys();
    }

    private NDList forward(Block root, Shape shape) {
        return root.forward(new ParameterStore(manager, false), new NDList(manager.ones(shape)), false);
    }

    /** Replaces all blocks of a type, checks that each replacement runs, undoes it and checks that none is left. */
    private void replaces(Block root, Class<?> type, int expected, Shape input) {
        root.initialize(manager, DataType.FLOAT32, input);
        List<String> parameters = parameters(root);
        float[] before = forward(root, input).get(0).toFloatArray();
        List<CountedBlock> replacements = new ArrayList<>();
        Surgery surgery = surgery(root, true);

        int replaced = surgery.replace("them", a(type), block -> {
            replacements.add(new CountedBlock(block));
            return replacements.get(replacements.size() - 1);
        });

        assertThat(replaced).isEqualTo(expected);
        assertThat(forward(root, input).get(0).toFloatArray()).isEqualTo(before);
        assertThat(replacements).hasSize(expected).allMatch(replacement -> replacement.calls() == 1);
        surgery.undo();
        forward(root, input);
        assertThat(replacements).allMatch(replacement -> replacement.calls() == 1);
        assertThat(parameters(root)).isEqualTo(parameters);
        assertThat(surgery.places()).noneMatch(a(CountedBlock.class));
    }

    @Test
    void replacesInASequence() {
        replaces(SmallTraining.mlp(0), Linear.class, 2, new Shape(2, 5));
    }

    @Test
    void replacesInParallelBranches() {
        Block branches = new ParallelBlock(
                outputs -> new NDList(
                        outputs.get(0).singletonOrThrow().add(outputs.get(1).singletonOrThrow())),
                List.of(SmallTraining.mlp(0), Linear.builder().setUnits(3).build()));

        replaces(new SequentialBlock().add(branches), Linear.class, 3, new Shape(2, 5));
    }

    @Test
    void replacesInsideDjlsTransformerBlocks() {
        Block transformer = new TransformerEncoderBlock(8, 2, 16, 0, Activation::relu);

        replaces(new SequentialBlock().add(transformer), LambdaBlock.class, 1, new Shape(2, 3, 8));
    }

    @Test
    void replacesWhatDjlsTransformerBlocksKeepInFieldsOfOneType() {
        Block transformer = new TransformerEncoderBlock(8, 2, 16, 0, Activation::relu);
        Block root = new SequentialBlock().add(transformer);
        Shape input = new Shape(2, 3, 8);
        root.initialize(manager, DataType.FLOAT32, input);
        ParameterStore store = new ParameterStore(manager, false);
        NDList ones = new NDList(manager.ones(input));
        float[] without = root.forward(store, ones, true).get(0).toFloatArray();
        Surgery surgery = surgery(root, true);

        surgery.replace(
                "dropouts",
                a(Dropout.class),
                old -> Dropout.builder().optRate(0.9f).build());

        assertThat(root.forward(store, ones, true).get(0).toFloatArray()).isNotEqualTo(without);
        surgery.undo();
        assertThat(root.forward(store, ones, true).get(0).toFloatArray()).isEqualTo(without);
    }

    private static final class InFields extends AbstractBlock {

        private final Block first;
        private final List<Block> rest = new ArrayList<>();

        InFields() {
            first = addChildBlock("first", Linear.builder().setUnits(3).build());
            for (int i = 0; i < 2; i++) {
                rest.add(addChildBlock("rest" + i, Linear.builder().setUnits(3).build()));
            }
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDList current = first.forward(store, inputs, training);
            for (Block block : rest) {
                current = block.forward(store, current, training);
            }
            return current;
        }

        @Override
        protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
            first.initialize(manager, dataType, inputShapes);
            rest.forEach(block -> block.initialize(manager, dataType, new Shape(2, 3)));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return new Shape[] {new Shape(2, 3)};
        }
    }

    @Test
    void replacesWhatABlockKeepsInFieldsAndLists() {
        replaces(new InFields(), Linear.class, 3, new Shape(2, 5));
    }

    @Test
    void doesNotLookInsideAReplacedBlock() {
        Block root = new SequentialBlock().add(new SequentialBlock().add(SmallTraining.mlp(0)));
        Surgery surgery = surgery(root, true);

        assertThat(surgery.places().stream()
                        .map(place -> place.path().replaceAll("[0-9]", ""))
                        .limit(3))
                .containsExactly(
                        "SequentialBlock", "SequentialBlock/SequentialBlock", "SequentialBlock/SequentialBlock/Linear");
        assertThat(surgery.replace("sequences", a(SequentialBlock.class), CountedBlock::new))
                .isEqualTo(1);
    }

    @Test
    void saysWhatItFoundInsteadWhereNothingFits() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> surgery(SmallTraining.mlp(0), true).replace("layer norms", a(LayerNorm.class), x -> x))
                .withMessage("Cutter looked for layer norms in the model and found only 1 Dropout, 1 LambdaBlock,"
                        + " 2 Linear: drop the method, or make the run lenient to go on without it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> surgery(Dropout.builder().build(), true).nothingFound("layer norms"))
                .withMessageStartingWith(
                        "Cutter looked for layer norms in the model and found no blocks below the root");
    }

    @Test
    void goesOnWithANoteWhereTheRunIsLenient() {
        int replaced = surgery(SmallTraining.mlp(0), false).replace("layer norms", a(LayerNorm.class), x -> x);

        assertThat(replaced).isZero();
        assertThat(log)
                .containsExactly("Cutter looked for layer norms in the model and found only 1 Dropout, 1 LambdaBlock,"
                        + " 2 Linear; the run goes on without it");
    }

    @Test
    void refusesAParentThatKeepsItsChildrenElsewhere() {
        Block proxy = (Block) java.lang.reflect.Proxy.newProxyInstance(
                Block.class.getClassLoader(),
                new Class<?>[] {Block.class},
                (self, method, arguments) -> method.invoke(SmallTraining.mlp(0), arguments));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> surgery(new SequentialBlock().add(proxy), true)
                        .replace("layers", a(Linear.class), CountedBlock::new))
                .withMessageMatching(
                        "Cutter expected a parent that extends AbstractBlock, found \\S+: its children cannot"
                                + " be replaced");
    }

    private static EfficiencyMethod cutting(Consumer<Surgery> cut) {
        return GivenMethod.of("Cutting", Kind.KERNEL, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public void onModel(Run run, Surgery surgery) {
                cut.accept(surgery);
            }
        });
    }

    @Test
    void isUndoneAtTheEndOfTheRunAndTheModelSavesAndLoadsAsEver() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0))) {
            List<Block> blocks = model.getBlock().getChildren().values();
            try (Run run = Run.of(
                    model,
                    RunSettings.none(),
                    cutting(surgery -> surgery.replace("layers", a(DecoderLayer.class), CountedBlock::new)))) {
                assertThat(model.getBlock().getChildren().values()).isNotEqualTo(blocks);
            }
            assertThat(model.getBlock().getChildren().values()).isEqualTo(blocks);
        }
    }

    @Test
    void isUndoneWhereItFailsHalfWay() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            List<Block> blocks = model.getBlock().getChildren().values();
            EfficiencyMethod cutting = cutting(surgery -> {
                surgery.replace("layers", a(Linear.class), CountedBlock::new);
                surgery.replace("layer norms", a(LayerNorm.class), CountedBlock::new);
            });

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Run.of(model, RunSettings.none(), cutting))
                    .withMessageStartingWith("Cutting looked for layer norms");
            assertThat(model.getBlock().getChildren().values()).isEqualTo(blocks);
        }
    }

    @Test
    void namesPathsByTheChildrensNames() {
        String all = surgery(new InFields(), true).places().stream()
                .map(Surgery.Place::path)
                .collect(Collectors.joining(" "));

        assertThat(all)
                .isEqualTo(IntStream.range(0, 2)
                        .mapToObj(i -> "0" + (i + 2) + "rest" + i)
                        .collect(Collectors.joining(" ", "01first ", "")));
    }
}
