package org.vivace.torch;

import ai.djl.ndarray.NDArray;

/**
 * The device-side steps of dynamic loss scaling (<a href="https://arxiv.org/abs/1710.03740">Micikevicius et al.
 * 2018</a>, section 3.2), without making the host wait for the device.
 */
public final class LossScaling {

    private static final Script SCRIPT = Script.of("LossScaling", Gradients.OF_PARAMETERS + """
            def unscale(self, params: List[Tensor], found: Tensor, scale: Tensor) -> List[Tensor]:
              grads = self.grads(params)
              torch._amp_foreach_non_finite_check_and_unscale_(grads, found, torch.reciprocal(scale))
              return grads
            def check(self, params: List[Tensor], found: Tensor) -> List[Tensor]:
              grads = self.grads(params)
              torch._amp_foreach_non_finite_check_and_unscale_(grads, found, torch.ones_like(found))
              return grads
            def scale(self, params: List[Tensor], scale: Tensor) -> List[Tensor]:
              grads = self.grads(params)
              torch._foreach_mul_(grads, torch.reshape(scale, []))
              return grads
            def update(self, scale: Tensor, tracker: Tensor, found: Tensor, growth: float, backoff: float, interval: int) -> int:
              torch._amp_update_scale_(scale, tracker, found, growth, backoff, interval)
              return 0
            """);

    private LossScaling() {}

    /**
     * Multiplies every gradient by {@code scale}.
     *
     * @param scale an fp32 array of shape (1), &gt; 0, on the parameters' device
     */
    static void scale(TensorList parameters, NDArray scale) {
        requireOne("scale", "scale", scale);
        parameters.requireGradients("scale");
        if (parameters.size() > 0) {
            SCRIPT.update("scale", parameters.value(), scale);
        }
    }

    /**
     * Notes whether any element of a gradient is infinite or not a number.
     *
     * @param found as for {@link #unscale}
     */
    public static void check(TensorList parameters, NDArray found) {
        requireOne("gradient check", "found", found);
        parameters.requireGradients("gradient check");
        if (parameters.size() > 0) {
            SCRIPT.update("check", parameters.value(), found);
        }
    }

    /**
     * Divides every gradient by {@code scale} and notes whether any element is infinite or not a number.
     *
     * @param found an fp32 array of shape (1) on the parameters' device; becomes 1 if something was not finite, else
     *     keeps its value
     * @param scale an fp32 array of shape (1), &gt; 0
     */
    public static void unscale(TensorList parameters, NDArray found, NDArray scale) {
        requireOne("unscale", "found", found);
        requireOne("unscale", "scale", scale);
        parameters.requireGradients("unscale");
        if (parameters.size() > 0) {
            SCRIPT.update("unscale", parameters.value(), found, scale);
        }
    }

    /**
     * Multiplies {@code scale} by {@code backoff} if {@code found} is 1, and by {@code growth} after {@code interval}
     * consecutive steps in which it was 0.
     *
     * @param scale fp32, shape (1), changed in place
     * @param tracker int32, shape (1), the number of consecutive finite steps, changed in place
     * @param growth &gt; 1
     * @param backoff in (0, 1)
     * @param interval &ge; 1
     */
    public static void update(
            NDArray scale, NDArray tracker, NDArray found, double growth, double backoff, int interval) {
        requireOne("scale update", "scale", scale);
        requireOne("scale update", "tracker", tracker);
        requireOne("scale update", "found", found);
        SCRIPT.update("update", scale, tracker, found, growth, backoff, interval);
    }

    private static void requireOne(String op, String name, NDArray array) {
        Shapes.require(array.getShape().dimension() == 1 && array.size() == 1, op, name, "(1)", array);
    }
}
