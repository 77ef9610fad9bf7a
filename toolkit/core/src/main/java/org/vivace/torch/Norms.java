package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Layer norm (<a href="https://arxiv.org/abs/1607.06450">Ba et al. 2016</a>) and group norm (<a
 * href="https://arxiv.org/abs/1803.08494">Wu &amp; He 2018</a>) whose input and output have a chosen precision;
 * libtorch's kernels always sum in fp32.
 */
public final class Norms {

    // The mean of an x of higher precision is subtracted before x is rounded: next to a mean of 1000, a deviation of 1
    // is a quarter of bf16's last place. The norm subtracts the rest of the mean, and no gradient flows through a mean
    // anyway.

    private static final Script SCRIPT = Script.of("Norms", """
            def rounded(self, x: Tensor, rows: Tensor, dtype: int) -> Tensor:
              r = x
              if x.dtype != dtype:
                mean = torch.mean(torch.detach(rows), [-1], True)
                r = torch.to(torch.reshape(torch.sub(rows, mean), torch.size(x)), dtype)
              return r
            def layer(self, x: Tensor, shape: List[int], weight: Tensor, bias: Tensor, eps: float, dtype: int) -> Tensor:
              r = self.rounded(x, torch.flatten(x, -len(shape), -1), dtype)
              return torch.layer_norm(r, shape, torch.to(weight, dtype), torch.to(bias, dtype), eps, False)
            def layer_mixed(self, x: Tensor, shape: List[int], weight: Tensor, bias: Tensor, eps: float, dtype: int) -> Tensor:
              r = self.rounded(x, torch.flatten(x, -len(shape), -1), dtype)
              return torch.layer_norm(r, shape, weight, bias, eps, False)
            def group(self, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float, dtype: int) -> Tensor:
              r = self.rounded(x, torch.reshape(x, [torch.size(x, 0), groups, -1]), dtype)
              return torch.group_norm(r, groups, torch.to(weight, dtype), torch.to(bias, dtype), eps, False)
            """);

    private Norms() {}

    /**
     * Normalizes over the last axes, those of {@code weight}.
     *
     * @param x shape (…, weight's shape), any precision
     * @param weight the scale, also called gamma
     * @param bias the shift, also called beta; weight's shape
     * @param eps added to the variance, &gt; 0
     * @return x's shape, in {@code precision}
     */
    public static NDArray layer(NDArray x, NDArray weight, NDArray bias, double eps, Precision precision) {
        Shape shape = x.getShape();
        int normalized = weight.getShape().dimension();
        Shapes.require(
                normalized >= 1
                        && shape.dimension() >= normalized
                        && shape.slice(shape.dimension() - normalized).equals(weight.getShape()),
                "layer norm",
                "x",
                "(…, " + weight.getShape() + ")",
                x);
        Shapes.requireSame("layer norm", "bias", bias, weight.getShape());
        requirePositive("layer norm", eps);
        DtypeGuard.install();
        // The CPU's kernel takes fp32 weights with a low-precision x, which saves their casts; CUDA's needs one type.
        boolean mixed = !x.getDevice().isGpu() && precision == Precision.BFLOAT16;
        try (Autocast scope = Autocast.offWhereOn(x.getDevice()).orElse(null)) {
            return SCRIPT.tensor(
                    mixed ? "layer_mixed" : "layer",
                    x,
                    weight.getShape().getShape(),
                    weight,
                    bias,
                    eps,
                    precision.code());
        }
    }

    /**
     * Normalizes each group of channels of each example.
     *
     * @param x shape (batch, channels, …), any precision
     * @param groups number of groups, a divisor of the channels
     * @param weight shape (channels)
     * @param bias shape (channels)
     * @param eps added to the variance, &gt; 0
     * @return x's shape, in {@code precision}
     */
    public static NDArray group(NDArray x, int groups, NDArray weight, NDArray bias, double eps, Precision precision) {
        Shape shape = x.getShape();
        Shapes.require(shape.dimension() >= 2, "group norm", "x", "(batch, channels, …)", x);
        Shape channels = new Shape(shape.get(1));
        Shapes.requireSame("group norm", "weight", weight, channels);
        Shapes.requireSame("group norm", "bias", bias, channels);
        if (groups < 1 || shape.get(1) % groups != 0) {
            throw new IllegalArgumentException("group norm: expected a number of groups that divides the "
                    + shape.get(1) + " channels, got " + groups);
        }
        requirePositive("group norm", eps);
        DtypeGuard.install();
        try (Autocast scope = Autocast.offWhereOn(x.getDevice()).orElse(null)) {
            return SCRIPT.tensor("group", x, groups, weight, bias, eps, precision.code());
        }
    }

    private static void requirePositive(String op, double eps) {
        if (!(eps > 0)) {
            throw new IllegalArgumentException(op + ": expected eps > 0, got " + eps);
        }
    }
}
