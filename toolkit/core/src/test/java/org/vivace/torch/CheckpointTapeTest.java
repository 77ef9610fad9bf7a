package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gradients through a tape against those of the whole graph, on functions of two weights a and b. */
class CheckpointTapeTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final CheckpointTape tape = new CheckpointTape();
    private GradMode recorded;
    private NDArray a;
    private NDArray b;
    private NDArray x;

    @BeforeEach
    void open() {
        recorded = GradMode.on();
        a = weight(0.3f, -0.8f, 1.1f);
        b = weight(1.2f, 0.4f, -0.5f);
        x = manager.create(new float[] {0.5f, -1.5f, 2f});
    }

    @AfterEach
    void close() {
        recorded.close();
        manager.close();
    }

    private NDArray weight(float... values) {
        NDArray array = manager.create(values);
        array.setRequiresGradient(true);
        return array;
    }

    /** How a function of the model runs its parts: recorded, or on the tape. */
    private interface Parts {
        NDList run(UnaryOperator<NDList> body, NDArray... inputs);
    }

    private NDList checkpointed(UnaryOperator<NDList> body, NDArray... inputs) {
        return tape.run(body, new NDList(inputs), 77);
    }

    /** The loss and both gradients. */
    private float[][] gradients(BiFunction<Parts, NDArray, NDArray> model, Parts parts) {
        NDArray loss = model.apply(parts, x);
        Autograd.backward(loss, false);
        float[][] result = {{loss.getFloat()}, gradient(a), gradient(b)};
        Gradients.zero(TensorList.of(List.of(a, b)));
        return result;
    }

    private static float[] gradient(NDArray weight) {
        try (NDArray gradient = weight.getGradient()) {
            return gradient.toFloatArray();
        }
    }

    private void sameGradients(BiFunction<Parts, NDArray, NDArray> model) {
        // Both must have a gradient for one list of them; a term of weight 0 sees to it.
        BiFunction<Parts, NDArray, NDArray> both =
                (parts, input) -> model.apply(parts, input).add(a.add(b).sum().mul(0));
        float[][] whole = gradients(both, (body, inputs) -> body.apply(new NDList(inputs)));
        float[][] parts = gradients(both, this::checkpointed);
        for (int i = 0; i < whole.length; i++) {
            assertThat(parts[i]).usingComparatorWithPrecision(1e-6f).containsExactly(whole[i]);
        }
        assertThat(tape.isEmpty()).isTrue();
    }

    private NDList timesA(NDList in) {
        return new NDList(in.head().mul(a).tanh());
    }

    private NDList timesB(NDList in) {
        return new NDList(in.head().mul(b).sin());
    }

    @Test
    void throughOnePart() {
        sameGradients((parts, in) -> parts.run(this::timesA, in).head().sum());
    }

    @Test
    void throughAChainOfParts() {
        sameGradients((parts, in) -> {
            NDArray first = parts.run(this::timesA, in).head();
            NDArray second = parts.run(this::timesB, first).head();
            return parts.run(this::timesA, second).head().square().sum();
        });
    }

    @Test
    void throughAPartAndWhatIsRecordedAroundIt() {
        sameGradients((parts, in) -> {
            NDArray before = timesB(new NDList(in)).head();
            NDArray inside = parts.run(this::timesA, before).head();
            return timesB(new NDList(inside)).head().sum();
        });
    }

    @Test
    void aroundAResidualAndAnInputUsedElsewhere() {
        sameGradients((parts, in) -> {
            NDArray stream = timesB(new NDList(in)).head();
            for (int i = 0; i < 3; i++) {
                stream = stream.add(parts.run(this::timesA, stream).head());
            }
            return stream.mul(b).sum();
        });
    }

    @Test
    void whereAnInputIsReachedByTwoPartsAndDirectly() {
        sameGradients((parts, in) -> {
            NDArray shared = parts.run(this::timesA, in).head();
            NDArray left = parts.run(this::timesB, shared).head();
            NDArray right = parts.run(this::timesA, shared).head();
            return left.mul(right).add(shared).sum();
        });
    }

    @Test
    void throughPartsWithinParts() {
        sameGradients((parts, in) -> {
            UnaryOperator<NDList> outer = outerIn -> {
                NDArray inner = parts.run(this::timesA, outerIn.head()).head();
                return parts.run(this::timesB, inner.add(outerIn.head()));
            };
            return parts.run(outer, parts.run(outer, in).head()).head().sum();
        });
    }

    @Test
    void throughSeveralInputsAndOutputsOfWhichNotAllAreUsed() {
        sameGradients((parts, in) -> {
            NDList two = parts.run(
                    list -> new NDList(
                            list.get(0).mul(a),
                            list.get(0).mul(list.get(1)).mul(b),
                            list.get(1).mul(a)),
                    timesA(new NDList(in)).head(),
                    timesB(new NDList(in)).head());
            return two.get(0).mul(two.get(1)).sum();
        });
    }

    @Test
    void throughAPartThatGivesItsInputBack() {
        sameGradients((parts, in) -> {
            NDArray before = timesA(new NDList(in)).head();
            NDList same = parts.run(list -> list, before);
            NDList mixed = parts.run(list -> new NDList(list.head(), list.head().mul(b)), same.head());
            return mixed.get(0).add(mixed.get(1)).add(before).sum();
        });
        assertThat(x.hasGradient()).as("the caller's array is as it was").isFalse();
    }

    @Test
    void pastAnOutputThatHangsOnNoWeight() {
        sameGradients((parts, in) -> {
            NDList mixed = parts.run(
                    list -> new NDList(
                            list.head().mul(a),
                            list.head().getManager().ones(list.head().getShape())),
                    in);
            return mixed.get(0).mul(mixed.get(1)).sum();
        });
    }

    @Test
    void integersPassThrough() {
        sameGradients((parts, in) -> {
            NDArray index = manager.create(new int[] {2, 0});
            NDList out = parts.run(list -> new NDList(list.get(0).mul(a).get(list.get(1)), list.get(1)), in, index);
            assertThat(out.get(1).getDataType()).isEqualTo(DataType.INT32);
            return out.get(0).sum();
        });
    }

    @Test
    void runsPlainlyWhereNothingIsRecorded() {
        try (GradMode off = GradMode.off()) {
            assertThat(checkpointed(this::timesA, x).head().hasGradient()).isFalse();
        }
        assertThat(tape.isEmpty()).isTrue();
    }

    @Test
    void keepsTheInputsAndNothingElse() {
        int before = manager.getManagedArrays().size();
        NDList out = checkpointed(
                list -> {
                    NDArray middle = list.head();
                    for (int i = 0; i < 20; i++) {
                        middle = middle.mul(a).tanh();
                    }
                    return new NDList(middle);
                },
                x);
        // The output, and the tape's handles on it and on the input.
        assertThat(manager.getManagedArrays().size()).isEqualTo(before + 3);
        NDArray loss = out.head().sum();
        Autograd.backward(loss, false);
        assertThat(manager.getManagedArrays().size()).isEqualTo(before + 2);
    }

    @Test
    void forgetsAForwardPassWithoutABackward() {
        checkpointed(this::timesA, x);
        tape.clear();
        assertThat(tape.isEmpty()).isTrue();
        assertThat(Gradients.exists(a)).isFalse();
    }

    @Test
    void isOffTheRecordOnlyWhileItRuns() {
        checkpointed(
                list -> {
                    assertThat(Autograd.recording()).isFalse();
                    return timesA(list);
                },
                x);
        assertThat(Autograd.recording()).isTrue();
    }

    @Test
    void refusesABodyThatChangesItsInputInPlace() {
        NDArray h = x.mul(a);
        assertThatThrownBy(() -> checkpointed(in -> new NDList(in.head().addi(1)), h))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a checkpointed block that leaves its inputs as they are, found that it changes"
                        + " them in place, and its forward pass is run a second time on them: use the operation that"
                        + " makes a new array (add for addi), or exclude the block from checkpointing");
    }

    @Test
    void refusesABackwardPassOverAnInputThatWasChangedSince() {
        NDArray h = x.mul(a);
        NDArray y = checkpointed(this::timesB, h).head();
        h.reshape(3, 1).addi(1); // a view, of the same memory
        assertThatThrownBy(() -> Autograd.backward(y.sum(), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "expected a checkpointed block whose inputs stay as they are, found that something"
                                + " after it changes them in place, and its forward pass");
        tape.clear();
    }

    @Test
    void takesAnInputThatWasChangedInPlaceBefore() {
        sameGradients((parts, input) -> {
            NDArray h = input.mul(a).addi(1).muli(2);
            return parts.run(this::timesB, h).head().sum();
        });
    }

    @Test
    void keepsWhatABlocksOwnManagerCloses() {
        tape.keepWith(manager);
        sameGradients((parts, input) -> {
            try (NDManager inner = manager.newSubManager()) {
                NDArray h = input.mul(a);
                h.attach(inner);
                return inner.ret(parts.run(this::timesB, h)).head().sum();
            }
        });
    }
}
