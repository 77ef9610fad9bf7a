package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Backward passes of DJL's own that go on behind cuts, on y = (w·x)² with w = 3. */
class BackwardTapeTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final CheckpointTape tape = new CheckpointTape();
    private final NDArray w = weight(3);

    @AfterEach
    void close() {
        tape.clear();
        manager.close();
    }

    private NDArray weight(float value) {
        NDArray array = manager.create(new float[] {value});
        array.setRequiresGradient(true);
        return array;
    }

    private static GradientCollector engines() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    private NDArray checkpointed(float x) {
        return tape.run(in -> new NDList(in.head().mul(w).square()), new NDList(manager.create(new float[] {x})), 1)
                .head();
    }

    private float gradient() {
        try (NDArray gradient = w.getGradient()) {
            return gradient.toFloatArray()[0];
        }
    }

    @Test
    void theEnginesCollectorGoesOn() {
        long before = BackwardTape.passes();
        try (GradientCollector collector = engines()) {
            collector.backward(checkpointed(2).mul(5));
        }
        // 5 · 2 w x², by hand.
        assertThat(gradient()).isEqualTo(120);
        assertThat(BackwardTape.passes()).isEqualTo(before + 1);
        assertThat(BackwardTape.isUnfinished()).isFalse();
    }

    @Test
    void aPartThatAPassDoesNotReachWaitsForTheNext() {
        try (GradientCollector collector = engines()) {
            NDArray first = checkpointed(1);
            NDArray second = checkpointed(2);
            collector.backward(first);
            assertThat(gradient()).isEqualTo(6);
            assertThat(tape.isEmpty()).isFalse();
            collector.backward(second);
            assertThat(gradient()).isEqualTo(6 + 24);
            assertThat(tape.isEmpty()).isTrue();
        }
    }

    @Test
    void aSecondPassThroughTheSameGraphIsRefusedAsInStockDjl() {
        try (GradientCollector collector = engines()) {
            NDArray plain = manager.create(new float[] {2}).mul(w).square();
            collector.backward(plain);
            org.assertj.core.api.Assertions.assertThatExceptionOfType(EngineException.class)
                    .isThrownBy(() -> collector.backward(plain));
            NDArray output = checkpointed(2);
            NDArray one = output.mul(2);
            NDArray other = output.mul(3);
            collector.backward(one);
            assertThatIllegalStateException()
                    .isThrownBy(() -> collector.backward(other))
                    .withMessage("expected one backward pass through a forward pass, whose graph is freed by it, got a"
                            + " second: add the losses, or run the model again");
        }
    }

    @Test
    void aBlockMayCloseWhatGoesInAndOut() {
        try (GradientCollector collector = engines()) {
            NDArray loss;
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                loss = checkpointed(2).mul(5);
                NDScope.unregister(loss);
            }
            collector.backward(loss);
        }
        assertThat(gradient()).isEqualTo(120);
    }

    @Test
    void partsAreForgottenWithTheirArrays() {
        try (GradientCollector collector = engines()) {
            try (NDManager batch = manager.newSubManager()) {
                NDArray x = batch.ones(new Shape(1));
                tape.run(in -> new NDList(in.head().mul(w)), new NDList(x), 1);
                assertThat(tape.isEmpty()).isFalse();
            }
            assertThat(tape.isEmpty()).isTrue();
            collector.backward(checkpointed(1));
        }
        assertThat(gradient()).isEqualTo(6);
    }

    private NDArray scaled(float x, NDArray scale, NDArray found, NDArray input) {
        ScaledPass pass = new ScaledPass(
                scale, found, () -> TensorList.of(Gradients.exists(w) ? List.of(w) : List.<NDArray>of()));
        NDArray seen = pass.enter(new NDList(input.mul(x))).head();
        return pass.leave(new NDList(seen.mul(w).square()), this).head();
    }

    @Test
    void aScaleStaysWithinItsPass() {
        NDArray scale = manager.create(new float[] {1024});
        NDArray found = manager.zeros(new Shape(1));
        NDArray input = weight(1);
        try (GradientCollector collector = engines()) {
            NDArray both = scaled(2, scale, found, input).add(scaled(1, scale, found, input));
            collector.backward(both.add(w.mul(7)));
            // 2 w x² of both and the weight's own 7; and 2 w² x² for the input.
            assertThat(gradient()).isEqualTo(24 + 6 + 7);
            assertThat(input.getGradient().toFloatArray()).containsExactly(2 * 9 * (4 + 1));
            collector.backward(scaled(1, scale, found, input));
            assertThat(gradient()).isEqualTo(24 + 6 + 7 + 6);
        }
        assertThat(found.toFloatArray()).containsExactly(0);
    }

    @Test
    void aScaleThatIsTooLargeIsNoted() {
        NDArray found = manager.zeros(new Shape(1));
        try (GradientCollector collector = engines()) {
            collector.backward(scaled(2, manager.create(new float[] {3e38f}), found, manager.ones(new Shape(1))));
        }
        assertThat(found.toFloatArray()).containsExactly(1);
    }
}
