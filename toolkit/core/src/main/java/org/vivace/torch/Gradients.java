package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.TorchBridge;

/**
 * Operations on the gradients of many parameters at once, in place and without making the host wait for the device.
 * Each parameter must have a gradient ({@link #exists}).
 */
public final class Gradients {

    /**
     * A TorchScript function, {@code self.grads(params)}. A gradient is not an argument of the function, so libtorch's
     * compiler would drop a change to it as unobserved. Therefore each function that changes gradients returns them.
     */
    static final String OF_PARAMETERS = """
            def grads(self, params: List[Tensor]) -> List[Tensor]:
              grads = annotate(List[Tensor], [])
              for p in params:
                grads.append(p.grad)
              return grads
            """;

    private static final Script SCRIPT = Script.of("Gradients", OF_PARAMETERS + """
            def zero(self, params: List[Tensor]) -> List[Tensor]:
              grads = self.grads(params)
              torch._foreach_zero_(grads)
              return grads
            def scale(self, params: List[Tensor], factor: float) -> List[Tensor]:
              grads = self.grads(params)
              torch._foreach_mul_(grads, factor)
              return grads
            def clip_value(self, params: List[Tensor], bound: float) -> List[Tensor]:
              grads = self.grads(params)
              torch._foreach_clamp_min_(grads, -bound)
              torch._foreach_clamp_max_(grads, bound)
              return grads
            def norm(self, params: List[Tensor]) -> Tensor:
              return torch.norm(torch.stack(torch._foreach_norm(self.grads(params), 2)))
            def infinity(self) -> float:
              return float("inf")
            def clip_norm(self, params: List[Tensor], bound: float, norm: Tensor) -> List[Tensor]:
              grads = self.grads(params)
              if bool(torch.isinf(norm)):
                largest = torch.max(torch.stack(torch._foreach_norm(grads, self.infinity())))
                torch._foreach_div_(grads, largest)
                torch._foreach_mul_(grads, torch.clamp(torch.div(bound, torch.norm(torch.stack(torch._foreach_norm(grads, 2)))), None, largest))
              else:
                torch._foreach_mul_(grads, torch.clamp(torch.div(bound, norm + 1e-6), None, 1.0))
              return grads
            def norm_in_fp64(self, params: List[Tensor]) -> Tensor:
              return torch.norm(torch.stack(torch._foreach_norm(self.grads(params), 2, dtype=7)))
            def clip_by(self, params: List[Tensor], bound: float, norm: Tensor) -> List[Tensor]:
              grads = self.grads(params)
              torch._foreach_mul_(grads, torch.to(torch.clamp(torch.div(bound, norm + 1e-6), None, 1.0), 6))
              return grads
            """);

    private Gradients() {}

    /** Whether a backward pass has reached this parameter; DJL's {@code getGradient()} returns zeros if none has. */
    public static boolean exists(NDArray parameter) {
        return TorchBridge.hasGradient((PtNDArray) parameter);
    }

    /** Gives a parameter that no backward pass has reached a gradient of zeros, which it keeps from then on. */
    public static void zeroWhereNone(NDArray parameter) {
        if (!exists(parameter)) {
            try (NDArray zeros = parameter.zerosLike()) {
                Autograd.backward(parameter, zeros, false);
            }
        }
    }

    public static void zero(TensorList parameters) {
        parameters.requireGradients("gradient zeroing");
        if (parameters.size() > 0) {
            SCRIPT.update("zero", parameters.value());
        }
    }

    public static void scale(TensorList parameters, double factor) {
        parameters.requireGradients("gradient scaling");
        if (parameters.size() > 0) {
            SCRIPT.update("scale", parameters.value(), factor);
        }
    }

    /** Clips every element to [-bound, bound]; DJL's {@code optClipGrad} clips the upper side only. */
    public static void clipValue(TensorList parameters, double bound) {
        requirePositive("bound", bound);
        parameters.requireGradients("gradient clipping");
        if (parameters.size() > 0) {
            SCRIPT.update("clip_value", parameters.value(), bound);
        }
    }

    /**
     * Scales all gradients by one factor so that their common norm is at most {@code bound} (<a
     * href="https://arxiv.org/abs/1211.5063">Pascanu et al. 2013</a>). If the squares of finite gradients exceed fp32's
     * range, the returned norm is infinite, but the gradients are still scaled to {@code bound}.
     *
     * @return the norm before clipping, a scalar on the device, for the caller to close
     */
    public static NDArray clipNorm(TensorList parameters, double bound) {
        requirePositive("bound", bound);
        requireSome(parameters);
        if (parameters.arrays().get(0).getDevice().isGpu()) {
            return clipNormOnDevice(parameters, bound);
        }
        NDArray norm = norm(parameters);
        SCRIPT.update("clip_norm", parameters.value(), bound, norm);
        return norm;
    }

    /** Squares are added up in fp64, which GPUs do at no cost, so that the host need not know whether they overflow. */
    static NDArray clipNormOnDevice(TensorList parameters, double bound) {
        NDManager owner = parameters.arrays().get(0).getManager();
        try (GradMode scope = GradMode.off();
                NDArray norm = SCRIPT.tensorOn(owner, "norm_in_fp64", parameters.value())) {
            SCRIPT.update("clip_by", parameters.value(), bound, norm);
            return norm.toType(DataType.FLOAT32, true);
        }
    }

    /** @return the Euclidean norm of all gradients together, a scalar on the device, for the caller to close */
    public static NDArray norm(TensorList parameters) {
        requireSome(parameters);
        try (GradMode scope = GradMode.off()) {
            NDArray first = parameters.arrays().get(0);
            return SCRIPT.tensorOn(first.getManager(), "norm", parameters.value());
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException("gradient clipping: expected " + name + " > 0, got " + value);
        }
    }

    private static void requireSome(TensorList parameters) {
        if (parameters.size() == 0) {
            throw new IllegalArgumentException("gradient norm: expected at least one parameter, got none");
        }
        parameters.requireGradients("gradient norm");
    }
}
