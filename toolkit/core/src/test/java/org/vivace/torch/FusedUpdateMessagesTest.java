package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.torch.FusedUpdate.Decay;

/** What the fused updates refuse: their kernels trust what they are given. */
class FusedUpdateMessagesTest extends TorchTest {

    private static final double LR = 0.01;
    private static final double DECAY = 0.1;
    private static final double EPS = 1e-8;

    private void assertAdamRefuses(TensorList weights, List<NDArray> means, String message) {
        try (TensorList wrong = TensorList.of(means);
                TensorList right = TensorList.of(
                        weights.arrays().stream().map(NDArray::zerosLike).toList())) {
            NDArray one = manager.create(1f);
            assertThatThrownBy(() ->
                            FusedUpdate.adam(Decay.DECOUPLED, weights, wrong, right, one, LR, 0.9, 0.99, DECAY, EPS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fused adamw: " + message);
            assertThatThrownBy(() ->
                            FusedUpdate.adam(Decay.IN_GRADIENT, weights, right, wrong, one, LR, 0.9, 0.99, DECAY, EPS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fused adam: " + message.replace("means", "variances"));
            assertThatThrownBy(() -> FusedUpdate.sgd(weights, wrong, LR, 0.9, DECAY, one, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fused sgd: " + message.replace("means", "momenta"));
        }
    }

    @Test
    void refusesStateThatDoesNotMatch() {
        NDArray a = leaf(1, 2, 3);
        NDArray b = leaf(manager, new Shape(2, 3), values(6, 1));
        backward(() -> a.sum().add(b.sum()));
        try (TensorList weights = TensorList.of(List.of(a, b))) {
            NDArray first = manager.zeros(new Shape(3));
            assertAdamRefuses(weights, List.of(first), "expected 2 means, one for each parameter, got 1");
            assertAdamRefuses(
                    weights,
                    List.of(first, manager.zeros(new Shape(3, 2))),
                    "expected means[1] of shape (2, 3), got (3, 2)");
            assertAdamRefuses(
                    weights,
                    List.of(first, manager.zeros(new Shape(2, 3), DataType.FLOAT64)),
                    "expected means[1] of the parameter's type float32, got float64");
            // As the kernels see it, a row repeated three times is room for one row.
            String layout =
                    "expected means[1] and its parameter dense and in one memory layout, found that they are not:"
                            + " duplicate() a slice or broadcast array, and make means in their parameters' layout";
            assertAdamRefuses(
                    weights, List.of(first, manager.zeros(new Shape(1, 3)).broadcast(new Shape(2, 3))), layout);
            assertAdamRefuses(
                    weights, List.of(first, manager.zeros(new Shape(2, 6)).get(":,::2")), layout);
            assertAdamRefuses(
                    weights, List.of(first, manager.zeros(new Shape(3, 2)).transpose()), layout);
        }
    }

    @Test
    void refusesALayoutOtherThanTheParameters() {
        NDArray weight = leaf(manager, new Shape(2, 3, 2, 2), values(24, 1));
        MemoryFormat.CHANNELS_LAST.applyTo(weight);
        backward(weight::sum);
        NDArray right = manager.zeros(weight.getShape());
        MemoryFormat.CHANNELS_LAST.applyTo(right);
        try (TensorList weights = TensorList.of(List.of(weight));
                TensorList planes = TensorList.of(List.of(manager.zeros(weight.getShape())));
                TensorList last = TensorList.of(List.of(right))) {
            NDArray one = manager.create(1f);
            assertThatThrownBy(() ->
                            FusedUpdate.adam(Decay.DECOUPLED, weights, last, planes, one, LR, 0.9, 0.99, DECAY, EPS))
                    .hasMessageStartingWith(
                            "fused adamw: expected variances[0] and its parameter dense and in one memory");
            FusedUpdate.adam(Decay.DECOUPLED, weights, last, last, one, LR, 0.9, 0.99, DECAY, EPS);
        }
    }

    @Test
    void refusesAParameterWithoutAGradientAndAStepThatIsNoScalar() {
        NDArray weight = leaf(1, 2, 3);
        NDArray two = manager.ones(new Shape(2));
        try (TensorList weights = TensorList.of(List.of(weight));
                TensorList zeros = TensorList.of(List.of(manager.zeros(new Shape(3))))) {
            assertThatThrownBy(() -> FusedUpdate.sgd(weights, zeros, LR, 0.9, DECAY, manager.create(1f), true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fused sgd: expected a gradient on every parameter, found none on [0] of shape (3):"
                            + " list only parameters that the backward pass has reached");
            assertThatThrownBy(() -> FusedUpdate.sgd(weights, zeros, LR, 0.9, DECAY, two, true))
                    .hasMessage("fused sgd: expected gradientScale of shape () or (1), got (2)");
            assertThatThrownBy(() ->
                            FusedUpdate.adam(Decay.DECOUPLED, weights, zeros, zeros, two, LR, 0.9, 0.99, DECAY, EPS))
                    .hasMessage("fused adamw: expected step of shape () or (1), got (2)");
        }
    }
}
