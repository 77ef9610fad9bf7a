package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class FiniteTest {

    @Test
    void theFirstGradientThatIsNotFiniteIsFound() {
        float infinity = Float.POSITIVE_INFINITY;
        assertThat(first(new float[] {1, -2}, new float[] {3})).isEmpty();
        assertThat(first(new float[] {1, -2}, new float[] {Float.NaN})).hasValue(1);
        assertThat(first(new float[] {1, infinity}, new float[] {Float.NaN})).hasValue(0);
        assertThat(first(new float[] {-infinity, infinity}, new float[] {0})).hasValue(0);
        assertThat(first(new float[] {infinity}, new float[] {-infinity})).hasValue(0);
    }

    @Test
    void aSumThatOverflowsIsNone() {
        assertThat(first(new float[] {3e38f, 3e38f}, new float[] {3e38f})).isEmpty();
        assertThat(first(new float[] {3e38f, 3e38f}, new float[] {Float.NaN})).hasValue(1);
    }

    @Test
    void valuesOfAnyTypeAreReadTogetherAndThenTheSum() {
        withGradients(new float[] {1, -2}, new float[] {4}, (manager, list) -> {
            NDArray matrix = manager.create(new double[] {1.5, 2, 3, 4}, new Shape(2, 2));
            NDArray scalar = manager.create(7L);
            assertThat(Finite.readWithGradients(List.of(matrix, scalar), list)).containsExactly(1.5f, 2, 3, 4, 7, 3);
            assertThat(Finite.readWithGradients(List.of(), list)).containsExactly(3);
            try (TensorList none = TensorList.of(List.of())) {
                assertThat(Finite.readWithGradients(List.of(scalar), none)).containsExactly(7);
                assertThat(Finite.readWithGradients(List.of(), none)).isEmpty();
            }
            return list;
        });
        float[] infinite = withGradients(
                new float[] {1, Float.NEGATIVE_INFINITY},
                new float[] {4},
                (manager, list) -> Finite.readWithGradients(List.of(), list));
        assertThat(infinite).containsExactly(Float.NEGATIVE_INFINITY);
    }

    @Test
    void theDeviceNotesWhatIsNotFinite() {
        float infinity = Float.POSITIVE_INFINITY;
        withGradients(new float[] {3e38f, 3e38f}, new float[] {3e38f}, (manager, list) -> {
            NDArray found = manager.zeros(new Shape(1));
            NDArray values = manager.create(new double[] {1.5, 2}, new Shape(2, 1));
            NDArray seven = manager.create(7L);
            NDArray noted = Finite.note(found, List.of(values, seven), List.of(values, seven), list, manager);
            assertThat(noted.toFloatArray())
                    .as("values, no wrong gradient, and their sum does not matter")
                    .containsExactly(1.5f, 2, 7, 0, 0);
            assertThat(found.toFloatArray()).containsExactly(0);
            NDArray wrong = manager.create(new float[] {infinity});
            NDArray again = Finite.note(found, List.of(wrong), List.of(), list, manager);
            assertThat(again.toFloatArray()).containsExactly(infinity, 0, 0);
            assertThat(found.toFloatArray()).as("a value need not be finite").containsExactly(0);
            Finite.note(found, List.of(wrong), List.of(wrong), list, manager);
            assertThat(found.toFloatArray()).as("a loss has to be").containsExactly(1);
            Finite.note(found, List.of(), List.of(), list, manager);
            assertThat(found.toFloatArray()).as("and stays noted").containsExactly(1);
            assertThat(Finite.read(List.of(noted, again))).containsExactly(1.5f, 2, 7, 0, 0, infinity, 0, 0);
            assertThat(Finite.read(List.of())).isEmpty();
            return list;
        });
        assertThat(noted(new float[] {1, -2}, new float[] {Float.NaN})).containsExactly(1, 1, 1);
        assertThat(noted(new float[] {1, -infinity}, new float[] {Float.NaN})).containsExactly(1, 0, 1);
        assertThat(noted(new float[] {infinity, -infinity}, new float[] {0})).containsExactly(1, 0, 1);
    }

    /** Whether a gradient is wrong, of which of the two parameters, and the flag. */
    private static float[] noted(float[] one, float[] other) {
        return withGradients(one, other, (manager, list) -> {
            NDArray found = manager.zeros(new Shape(1));
            NDArray noted = Finite.note(found, List.of(), List.of(), list, manager);
            return Finite.read(List.of(noted, found));
        });
    }

    /** Of two parameters with these gradients. */
    private static OptionalInt first(float[] one, float[] other) {
        return withGradients(one, other, (manager, list) -> Finite.firstGradientNotFinite(list));
    }

    private static <T> T withGradients(float[] one, float[] other, BiFunction<NDManager, TensorList, T> use) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray a = manager.create(one).onesLike();
            NDArray b = manager.create(other).onesLike();
            a.setRequiresGradient(true);
            b.setRequiresGradient(true);
            Autograd.backward(a, manager.create(one), false);
            Autograd.backward(b, manager.create(other), false);
            try (TensorList list = TensorList.of(List.of(a, b))) {
                return use.apply(manager, list);
            }
        }
    }
}
