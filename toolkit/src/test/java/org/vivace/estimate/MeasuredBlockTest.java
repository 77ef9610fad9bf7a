package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/** Blocks that symbolic arrays cannot go through cost what they are seen to cost. */
class MeasuredBlockTest {

    private static final long ROWS = 512;
    private static final long WIDTH = 256;

    /** Two linear layers and what {@code between} does with what the first one gives. */
    private static final class Looking extends AbstractBlock {

        private final UnaryOperator<NDArray> between;
        private final Block first = addChildBlock("first", linear(2 * WIDTH));
        private final Block second = addChildBlock("second", linear(WIDTH));

        Looking(UnaryOperator<NDArray> between) {
            this.between = between;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDArray hidden = first.forward(store, inputs, training).head();
            return second.forward(store, new NDList(between.apply(Activation.tanh(hidden))), training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
        }

        @Override
        protected void initializeChildBlocks(ai.djl.ndarray.NDManager manager, DataType type, Shape... shapes) {
            first.initialize(manager, type, shapes);
            second.initialize(manager, type, new Shape(shapes[0].get(0), 2 * WIDTH));
        }
    }

    private record Recomputing() implements EfficiencyMethod {
        @Override
        public Traits traits() {
            return Traits.of(Kind.MEMORY, Equivalence.WITHIN_TOLERANCE);
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {};
        }

        @Override
        public List<Effect> effects() {
            return List.of(new Effect.Recomputation(places -> places.stream()
                    .filter(place -> place.block() instanceof Looking)
                    .toList()));
        }
    }

    private static Block linear(long units) {
        return Linear.builder().setUnits(units).build();
    }

    private static NDArray looked(NDArray x) {
        return x.getFloat(0, 0) < 2 ? x.mul(2) : x.neg();
    }

    private static NDArray same(NDArray x) {
        return x.mul(2);
    }

    private static Block model(UnaryOperator<NDArray> between) {
        return new SequentialBlock()
                .add(linear(WIDTH))
                .add(new Looking(between))
                .add(linear(8));
    }

    private static Estimate step(UnaryOperator<NDArray> between) {
        return Compared.step(model(between), ArraySpec.float32(ROWS, WIDTH));
    }

    @Test
    void costsWhatItsKnownOperationsCost() {
        Estimate known = step(MeasuredBlockTest::same);
        Estimate measured = step(MeasuredBlockTest::looked);
        assertThat(measured.outputs()).isEqualTo(known.outputs());
        assertThat(measured.parameters()).isEqualTo(known.parameters());
        assertThat(measured.forwardFlops()).isEqualTo(known.forwardFlops());
        assertThat(measured.backwardFlops()).isEqualTo(known.backwardFlops());
        assertThat((double) measured.memory().peak()).isCloseTo(known.memory().peak(), withinPercentage(5));
        assertThat((double) measured.memory().kept()).isCloseTo(known.memory().kept(), withinPercentage(5));
        assertThat(measured.bytesMoved()).isCloseTo(known.bytesMoved(), withinPercentage(30));
    }

    @Test
    void printed() {
        Estimate known = step(MeasuredBlockTest::same);
        Estimate measured = step(MeasuredBlockTest::looked);
        System.err.println(known.memory() + "\n" + measured.memory() + "\n" + known.bytesMoved() + " "
                + measured.bytesMoved() + "\n" + measured.notes());
        measured.operations().forEach(System.err::println);
    }
}
