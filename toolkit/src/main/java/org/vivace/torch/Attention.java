package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;

/**
 * Scaled dot-product attention as one operator: softmax(q kᵀ / √width) v without the (time, time) matrix in memory
 * (<a href="https://arxiv.org/abs/2205.14135">Dao et al. 2022</a>), on the kernel that libtorch picks for the device.
 */
public final class Attention {

    private static final Script SCRIPT = Script.of("Attention", """
            def attend(self, q: Tensor, k: Tensor, v: Tensor, dropout: float, causal: bool) -> Tensor:
              return torch.scaled_dot_product_attention(q, k, v, None, dropout, causal)
            def attend_masked(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, dropout: float) -> Tensor:
              return torch.scaled_dot_product_attention(q, k, v, mask, dropout, False)
            """);

    private Attention() {}

    /**
     * Attention in which a position sees itself and what is before it.
     *
     * @param q shape (batch, heads, time, width), any precision
     * @param k shape (batch, heads, time, width)
     * @param v shape (batch, heads, time, width)
     * @param dropout probability of dropping an attention weight, in [0, 1); 0 outside training
     * @return shape (batch, heads, time, width)
     */
    public static NDArray causal(NDArray q, NDArray k, NDArray v, double dropout) {
        check(q, k, v, dropout);
        DtypeGuard.install();
        return SCRIPT.tensor("attend", q, k, v, dropout, true);
    }

    /** Attention in which every position sees every other; shapes as for {@link #causal}. */
    public static NDArray full(NDArray q, NDArray k, NDArray v, double dropout) {
        check(q, k, v, dropout);
        DtypeGuard.install();
        return SCRIPT.tensor("attend", q, k, v, dropout, false);
    }

    /**
     * Attention with a mask.
     *
     * @param mask boolean, true where a position may be seen; broadcastable to (batch, heads, time, time)
     */
    public static NDArray masked(NDArray q, NDArray k, NDArray v, NDArray mask, double dropout) {
        check(q, k, v, dropout);
        checkMask(mask, q.getShape());
        DtypeGuard.install();
        return SCRIPT.tensor("attend_masked", q, k, v, mask, dropout);
    }

    private static void checkMask(NDArray mask, Shape q) {
        if (mask.getDataType() != DataType.BOOLEAN) {
            throw new IllegalArgumentException(
                    "attention: expected a boolean mask, true where a position may be seen, got "
                            + mask.getDataType().name().toLowerCase(Locale.ROOT) + ": compare it with neq(0) first");
        }
        long[] scores = {q.get(0), q.get(1), q.get(2), q.get(2)};
        Shape shape = mask.getShape();
        boolean broadcasts = shape.dimension() <= 4;
        for (int i = 1; i <= shape.dimension() && broadcasts; i++) {
            long size = shape.get(shape.dimension() - i);
            broadcasts = size == 1 || size == scores[4 - i];
        }
        Shapes.require(broadcasts, "attention", "mask", "broadcastable to " + new Shape(scores), mask);
    }

    private static void check(NDArray q, NDArray k, NDArray v, double dropout) {
        Shapes.requireRank("attention", "q", q, 4, "(batch, heads, time, width)");
        Shapes.requireSame("attention", "k", k, q.getShape());
        Shapes.requireSame("attention", "v", v, q.getShape());
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("attention: expected a dropout probability in [0, 1), got " + dropout);
        }
    }
}
