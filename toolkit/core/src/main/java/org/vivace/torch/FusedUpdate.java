package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * Optimizer steps that read each gradient and write each parameter once, in one call over all of them, on the CPU and
 * on CUDA. The gradients are zeroed afterwards.
 */
public final class FusedUpdate {

    /** Where weight decay enters a step of Adam. */
    public enum Decay {
        /** Added to the gradient, and so into its moments: Adam. */
        IN_GRADIENT("adam"),
        /** Subtracted from the weight directly: AdamW. */
        DECOUPLED("adamw");

        private final String function;

        Decay(String function) {
            this.function = function;
        }
    }

    private static final String ADAM = """
            def %1$s(self, params: List[Tensor], means: List[Tensor], variances: List[Tensor], step: Tensor, found: List[Tensor], lr: float, beta1: float, beta2: float, decay: float, eps: float) -> List[Tensor]:
              grads = self.grads(params)
              steps = annotate(List[Tensor], [])
              none = annotate(List[Tensor], [])
              for p in params:
                steps.append(step)
              torch._fused_%1$s_(params, grads, means, variances, none, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, found_inf=self.only(found))
              torch._foreach_zero_(grads)
              return grads
            """;

    private static final String ADAMS = ADAM.formatted("adam") + ADAM.formatted("adamw");

    private static final Script SCRIPT = Script.of("FusedUpdate", Gradients.OF_PARAMETERS + """
            def only(self, found: List[Tensor]) -> Optional[Tensor]:
              flag = annotate(Optional[Tensor], None)
              if len(found) > 0:
                flag = found[0]
              return flag
            """ + ADAMS + """
            def sgd(self, params: List[Tensor], momenta: List[Tensor], lr: float, momentum: float, decay: float, scale: Tensor, first: bool) -> List[Tensor]:
              grads = self.grads(params)
              torch._fused_sgd_(params, grads, momenta, weight_decay=decay, momentum=momentum, lr=lr, dampening=0., nesterov=False, maximize=False, is_first_step=first, grad_scale=scale)
              torch._foreach_zero_(grads)
              return grads
            def sgd_rate_in_momentum(self, params: List[Tensor], momenta: List[Tensor], found: List[Tensor], lr: float, momentum: float, decay: float) -> List[Tensor]:
              grads = self.grads(params)
              if momentum == 0.:
                torch._fused_sgd_(params, grads, momenta, weight_decay=decay, momentum=0., lr=lr, dampening=0., nesterov=False, maximize=False, is_first_step=False, found_inf=self.only(found))
              else:
                torch._fused_sgd_(params, grads, momenta, weight_decay=decay, momentum=momentum, lr=1., dampening=1. - lr, nesterov=False, maximize=False, is_first_step=False, found_inf=self.only(found))
              torch._foreach_zero_(grads)
              return grads
            def zeros(self, x: Tensor) -> Tensor:
              return torch.zeros_like(x)
            def fill(self, scalar: Tensor, value: float) -> Tensor:
              return torch.fill_(scalar, value)
            """);

    private FusedUpdate() {}

    /**
     * One step of Adam (<a href="https://arxiv.org/abs/1412.6980">Kingma &amp; Ba 2015</a>), or of AdamW (<a
     * href="https://arxiv.org/abs/1711.05101">Loshchilov &amp; Hutter 2019</a>).
     *
     * @param means first moments, shapes and order of the parameters, changed in place
     * @param variances second moments, likewise
     * @param step an fp32 scalar on the parameters' device, the number of this step, from 1
     * @param eps added to the bias-corrected root of the second moment
     */
    public static void adam(
            Decay decay,
            TensorList parameters,
            TensorList means,
            TensorList variances,
            NDArray step,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            double eps) {
        adam(decay, parameters, means, variances, step, learningRate, beta1, beta2, weightDecay, eps, Optional.empty());
    }

    /**
     * The same, unless the device has found something wrong.
     *
     * @param found an fp32 array of shape (1) on the parameters' device; where it is 1, only the gradients are zeroed
     */
    public static void adam(
            Decay decay,
            TensorList parameters,
            TensorList means,
            TensorList variances,
            NDArray step,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            double eps,
            Optional<NDArray> found) {
        String op = "fused " + decay.function;
        means.requireAlike(op, "means", parameters);
        variances.requireAlike(op, "variances", parameters);
        Shapes.require(step.size() == 1, op, "step", "() or (1)", step);
        parameters.requireGradients(op);
        if (parameters.size() == 0) {
            return;
        }
        SCRIPT.update(
                decay.function,
                parameters.value(),
                means.value(),
                variances.value(),
                step,
                found.stream().toList(),
                learningRate,
                beta1,
                beta2,
                weightDecay,
                eps);
    }

    /**
     * One step of gradient descent with heavy-ball momentum: m ← momentum·m + g/scale + weightDecay·w, then
     * w ← w − learningRate·m.
     *
     * @param momenta shapes and order of the parameters, changed in place; empty if {@code momentum} is 0
     * @param gradientScale an fp32 scalar on the parameters' device that the gradients are divided by
     * @param first true on the first step, which fills {@code momenta}
     */
    public static void sgd(
            TensorList parameters,
            TensorList momenta,
            double learningRate,
            double momentum,
            double weightDecay,
            NDArray gradientScale,
            boolean first) {
        if (momentum != 0) {
            momenta.requireAlike("fused sgd", "momenta", parameters);
        }
        Shapes.require(gradientScale.size() == 1, "fused sgd", "gradientScale", "() or (1)", gradientScale);
        parameters.requireGradients("fused sgd");
        if (parameters.size() > 0) {
            SCRIPT.update(
                    "sgd",
                    parameters.value(),
                    momenta.value(),
                    learningRate,
                    momentum,
                    weightDecay,
                    gradientScale,
                    first);
        }
    }

    /**
     * One step of gradient descent with heavy-ball momentum as DJL defines it, with the learning rate inside the
     * momentum: m ← momentum·m + learningRate·(g + weightDecay·w), then w ← w − m. Arguments as for {@link #sgd};
     * {@code momenta} must be zeros before the first step.
     */
    public static void sgdRateInMomentum(
            TensorList parameters, TensorList momenta, double learningRate, double momentum, double weightDecay) {
        sgdRateInMomentum(parameters, momenta, learningRate, momentum, weightDecay, Optional.empty());
    }

    /**
     * The same, unless the device has found something wrong.
     *
     * @param found an fp32 array of shape (1) on the parameters' device; where it is 1, only the gradients are zeroed
     */
    public static void sgdRateInMomentum(
            TensorList parameters,
            TensorList momenta,
            double learningRate,
            double momentum,
            double weightDecay,
            Optional<NDArray> found) {
        if (momentum != 0) {
            momenta.requireAlike("fused sgd", "momenta", parameters);
        }
        parameters.requireGradients("fused sgd");
        if (parameters.size() > 0) {
            SCRIPT.update(
                    "sgd_rate_in_momentum",
                    parameters.value(),
                    momenta.value(),
                    found.stream().toList(),
                    learningRate,
                    momentum,
                    weightDecay);
        }
    }

    /**
     * Zeros for an optimizer's state of a parameter: of its shape, precision and memory layout, which the kernels
     * require.
     *
     * @param owner the manager of the result
     */
    public static NDArray zerosLike(NDArray parameter, NDManager owner) {
        return SCRIPT.tensorOn(owner, "zeros", parameter);
    }

    /** Sets an array to one value, without making the host wait for the device as a copy would. */
    public static void fill(NDArray array, double value) {
        SCRIPT.update("fill", array, value);
    }
}
