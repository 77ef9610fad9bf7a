package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.vivace.train.SurgeryTest.a;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.contract.CountedBlock;

/** Surgery on children that their parent keeps in fields and lists of its own. */
class KeptChildrenTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static Surgery surgery(Block root) {
        return new Surgery(root, true, new ArrayList<>()).by("Cutter");
    }

    @Test
    void refusesAReplacementThatAFieldIsTooNarrowFor() {
        Block root = new SequentialBlock().add(new TransformerEncoderBlock(8, 2, 16, 0, Activation::relu));

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        surgery(root).replace("attention", a(ScaledDotProductAttentionBlock.class), CountedBlock::new))
                .withMessage("Cutter cannot put another block where TransformerEncoderBlock keeps its"
                        + " selfAttentionBlock, a ScaledDotProductAttentionBlock, whose class cannot be extended: leave"
                        + " that block as it is, or keep it as a Block");
    }

    /** Asks its child for more than blocks have, and reads a field of it. */
    private static final class Typed extends AbstractBlock {

        private final Scaling one = addChildBlock("one", new Scaling(2));
        private final List<Scaling> more = new ArrayList<>(List.of(addChildBlock("other", new Scaling(3))));

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDList x = one.forward(store, inputs, training);
            for (Scaling each : more) {
                x = each.forward(store, x, training);
                x.head().muli(each.scaledBy(0.5f, 2L)).addi(one.factor);
            }
            return x;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }

    private static class Scaling extends AbstractBlock {

        final float factor;
        private int asked;

        Scaling(float factor) {
            this.factor = factor;
        }

        double scaledBy(float part, long times) {
            asked++;
            return part * times * factor;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            return new NDList(inputs.head().mul(factor));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }

    @Test
    void standsInForChildrenThatAreKeptAsTheirOwnClass() {
        Typed root = new Typed();
        Scaling first = root.one;
        List<CountedBlock> counters = new ArrayList<>();
        Surgery surgery = surgery(root);
        surgery.replace("scalings", a(Scaling.class), block -> {
            counters.add(new CountedBlock(block));
            return counters.get(counters.size() - 1);
        });
        ParameterStore store = new ParameterStore(manager, false);
        NDArray x = manager.create(new float[] {1, 5});

        // ((x * 2) * 3) * (0.5 * 2 * 3) + 2
        float[] result = root.forward(store, new NDList(x), false).head().toFloatArray();
        assertThat(result).containsExactly(20, 92);
        assertThat(counters).hasSize(2).allMatch(counter -> counter.calls() == 1);
        assertThat(root.one).isNotSameAs(first);

        surgery.undo();
        assertThat(root.one).isSameAs(first);
        assertThat(root.more.get(0).asked).isEqualTo(1);
        assertThat(root.getChildren().values()).containsExactly(first, root.more.get(0));
    }

    private static final class Fixed extends SequentialBlock {

        private final List<Block> blocks = List.of(new LambdaBlock(x -> x));

        Fixed() {
            add(blocks.get(0));
        }
    }

    @Test
    void refusesAListThatDoesNotChange() {
        Fixed root = new Fixed();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> surgery(root).replace("blocks", a(LambdaBlock.class), CountedBlock::new))
                .withMessage("Cutter cannot replace a LambdaBlock in Fixed, which keeps it in an unmodifiable list:"
                        + " build that list as an ArrayList");
        assertThat(root.getChildren().get(0).getValue()).isSameAs(root.blocks.get(0));
    }
}
