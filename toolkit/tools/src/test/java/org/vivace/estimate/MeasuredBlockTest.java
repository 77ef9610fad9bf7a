package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;

/** Blocks that symbolic arrays cannot go through cost what they are seen to cost. */
@Tag("slow")
class MeasuredBlockTest {

    static final long ROWS = 512;
    static final long WIDTH = 256;

    /** The most by which any estimate of memory may be off; how a block's peak falls in with the rest is not seen. */
    private static final double MEMORY_PERCENT = 20;

    private static Block linear(long units) {
        return Linear.builder().setUnits(units).build();
    }

    /** Between two linear layers, one block of two more with {@code between} between them. */
    static Block model(UnaryOperator<NDArray> between) {
        return new SequentialBlock()
                .add(linear(WIDTH))
                .add(new Through(linear(2 * WIDTH), hidden -> between.apply(Activation.tanh(hidden)), linear(WIDTH)))
                .add(linear(8));
    }

    static Estimate step(UnaryOperator<NDArray> between) {
        return Compared.step(model(between), ArraySpec.float32(ROWS, WIDTH));
    }

    private static NDArray plain(NDArray x) {
        return x.mul(2);
    }

    static NDArray looking(NDArray x) {
        return x.getFloat(0, 0) < 2 ? x.mul(2) : x.neg();
    }

    private static void assertAlike(Estimate measured, Estimate known) {
        assertThat(measured.outputs()).isEqualTo(known.outputs());
        assertThat(measured.parameters()).isEqualTo(known.parameters());
        assertThat(measured.forwardFlops()).isEqualTo(known.forwardFlops());
        assertThat(measured.backwardFlops()).isEqualTo(known.backwardFlops());
        assertThat((double) measured.memory().peak())
                .isCloseTo(known.memory().peak(), withinPercentage(MEMORY_PERCENT));
        assertThat((double) measured.memory().kept())
                .isCloseTo(known.memory().kept(), withinPercentage(MEMORY_PERCENT));
        assertThat((double) measured.memory().saved())
                .isCloseTo(known.memory().saved(), withinPercentage(MEMORY_PERCENT));
    }

    @Test
    void costsWhatTheSameOperationsCost() {
        Estimate known = step(MeasuredBlockTest::plain);
        Estimate measured = step(MeasuredBlockTest::looking);
        assertAlike(measured, known);
        assertThat(measured.bytesMoved()).isCloseTo(known.bytesMoved(), withinPercentage(30));
        assertThat(measured.operations())
                .filteredOn(operation -> operation.kind() == OperationKind.MEASURED)
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.path()).isEqualTo("02Through");
                    assertThat(operation.parameters()).isEqualTo(2 * (2 * WIDTH * WIDTH) + 3 * WIDTH);
                    assertThat(operation.backward()).isTrue();
                });
        assertThat(known.notes()).isEmpty();
        assertThat(measured.notes())
                .containsExactly("Through at 02Through was measured once, since it reads values of its input: it ran"
                        + " alone on random numbers");
    }

    @Test
    void inInferenceToo() {
        ArraySpec input = ArraySpec.float32(ROWS, WIDTH);
        Estimate known = Estimator.of(model(MeasuredBlockTest::plain), input).inference();
        Estimate measured =
                Estimator.of(model(MeasuredBlockTest::looking), input).inference();
        assertAlike(measured, known);
        assertThat(measured.memory().saved()).isZero();
    }

    @Test
    void inLowPrecision() {
        List<Declared> bf16 = List.of(new Declared(List.of(new Effect.LowPrecision(Precision.BFLOAT16))));
        Estimate known = estimator(MeasuredBlockTest::plain).methods(bf16).step();
        Estimate measured = estimator(x -> ((PtNDArray) x).mul(2)).methods(bf16).step();
        assertThat(measured.flops()).isEqualTo(known.flops());
        assertThat(measured.operations())
                .filteredOn(operation -> operation.kind() == OperationKind.MEASURED)
                .singleElement()
                .satisfies(operation -> assertThat(operation.precision()).isEqualTo(Precision.BFLOAT16));
        // Weights' casts are counted once for the whole pass in the one, and inside the block in the other.
        assertThat((double) measured.memory().peak())
                .isCloseTo(known.memory().peak(), withinPercentage(MEMORY_PERCENT));
    }

    private static Estimator estimator(UnaryOperator<NDArray> between) {
        return Estimator.of(model(between), ArraySpec.float32(ROWS, WIDTH))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
    }

    @Test
    void computedAgain() {
        List<Declared> again = List.of(new Declared(List.of(new Effect.Recomputation(places -> places.stream()
                .filter(place -> place.block() instanceof Through)
                .toList()))));
        Estimate known = estimator(MeasuredBlockTest::plain).methods(again).step();
        Estimate measured = estimator(MeasuredBlockTest::looking).methods(again).step();
        // It is not seen what the block's backward pass frees on its way.
        assertAlike(measured, known);
        assertThat(measured.memory().kept())
                .isLessThan(step(MeasuredBlockTest::looking).memory().kept() / 2);
    }

    /** What is computed again inside the block that is measured is not told apart. */
    @Test
    void computedAgainInside() {
        List<Declared> again = List.of(new Declared(List.of(new Effect.Recomputation(places -> places.stream()
                .filter(place -> place.path().equals("02Through/01Linear"))
                .toList()))));
        Estimate inside = estimator(MeasuredBlockTest::looking).methods(again).step();
        assertThat(inside.forwardFlops())
                .isEqualTo(step(MeasuredBlockTest::plain).forwardFlops());
    }

    @Test
    void anOperationWithoutARule() {
        Estimate measured = step(x -> x.sort(1));
        assertThat(measured.flops()).isEqualTo(step(MeasuredBlockTest::plain).flops());
        assertThat(measured.outputs()).containsExactly(new Shape(ROWS, 8));
        assertThat(measured.notes())
                .containsExactly("sort in 02Through was measured once, since an estimate has no rule for it: it ran"
                        + " alone on random numbers");
        assertThat(measured.operations())
                .filteredOn(operation -> operation.kind() == OperationKind.MEASURED)
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.name()).isEqualTo("sort");
                    assertThat(operation.backward()).isTrue();
                    // The values sorted, and where each of them was, a long number.
                    assertThat(operation.savedBytes()).isGreaterThanOrEqualTo(ROWS * 2 * WIDTH * Long.BYTES);
                });
    }

    @Test
    void anAssignmentToAPart() {
        Estimate measured = step(x -> {
            NDArray changed = x.mul(1);
            changed.set(new NDIndex(":, 0"), 0);
            return changed;
        });
        assertThat(measured.notes().get(0)).contains("since an estimate has no rule for ");
        assertThat(measured.flops()).isEqualTo(step(MeasuredBlockTest::plain).flops());
    }

    @Test
    void arraysOfTheEnginesOwnClass() {
        Estimate measured = step(x -> ((PtNDArray) x).mul(2));
        assertThat(measured.notes().get(0)).contains("since it wants arrays of the engine's own class: ");
        assertThat(measured.flops()).isEqualTo(step(MeasuredBlockTest::plain).flops());
    }

    /** The root has no block around it; its whole numbers are zeros, so that they are an index into anything. */
    @Test
    void theWholeModel() {
        Block block = new Through(
                new LambdaBlock(list -> new NDList(list.head().toType(DataType.FLOAT32, false))),
                x -> x.toFloatArray()[0] == 0 ? x : x.get(new NDIndex("999999")),
                linear(3));
        Estimate estimate = Compared.step(block, ArraySpec.int64(4, 5));
        assertThat(estimate.outputs()).containsExactly(new Shape(4, 3));
        assertThat(estimate.flops()).isEqualTo(2 * 2.0 * 4 * 5 * 3);
        assertThat(estimate.notes())
                .containsExactly(
                        "Through was measured once, since it reads values of its input: it ran alone on zeros");
    }

    @Test
    void convolutionsToo() {
        assertThat(images(x -> x.sum().getFloat() > -1 ? x : x.neg()).flops())
                .isEqualTo(images(x -> x).flops());
    }

    private static Estimate images(UnaryOperator<NDArray> between) {
        Block convolution = Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(6)
                .build();
        Block second =
                Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(5).build();
        return Compared.step(new Through(convolution, between, second), ArraySpec.float32(2, 3, 12, 12));
    }

    @Test
    void outputsWhoseShapesDependOnValues() {
        Estimate measured = step(x -> x.get(x.getManager().arange((int) ROWS).lt(100)));
        assertThat(measured.outputs()).containsExactly(new Shape(100, 8));
    }

    /** Made-up numbers would tell made-up lengths. */
    @Test
    void outputsWhoseShapesDependOnTheDataAreRefused() {
        UnaryOperator<NDArray> positive = x -> x.get(x.sum(new int[] {1}).gt(0));
        assertThatThrownBy(() -> step(positive))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("02Through: expected operations whose shapes are known without values, found booleanMask,"
                        + " whose result is as long as the values say: weigh with the mask instead of selecting by it,"
                        + " or profile the model");
        assertThatThrownBy(() -> step(x -> x.nonzero())).hasMessageContaining("found nonzero, ");
    }

    @Test
    void whatMethodsDoInsideIsUnseen() {
        List<Declared> again = List.of(new Declared(List.of(new Effect.Recomputation(places -> places.stream()
                .filter(place -> place.path().equals("02Through/01Linear"))
                .toList()))));
        assertThat(estimator(MeasuredBlockTest::looking).methods(again).step().notes())
                .contains("what Declared does to 02Through/01Linear is not seen, since a block around it is measured as"
                        + " one: it is counted as if it did nothing there");
        assertThat(estimator(MeasuredBlockTest::plain).methods(again).step().notes())
                .isEmpty();
    }
}
