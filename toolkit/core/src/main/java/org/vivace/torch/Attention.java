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

    // From the second call on TorchScript uses its own gradient of softmax, which keeps the scores as well as the
    // weights. It has none for _softmax, and autograd's keeps the weights only.
    private static final Script SCRIPT = Script.of("Attention", """
            def attend(self, q: Tensor, k: Tensor, v: Tensor, dropout: float, causal: bool) -> Tensor:
              return torch.scaled_dot_product_attention(q, k, v, None, dropout, causal)
            def attend_masked(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, dropout: float) -> Tensor:
              return torch.scaled_dot_product_attention(q, k, v, mask, dropout, False)
            def blocked(self, q: Tensor, k: Tensor, v: Tensor, dropout: float, block: int, scale: float, minus_inf: float) -> Tensor:
              batch, heads, time, width = torch.size(q)
              folded = [batch * heads, time, width]
              queries = torch.reshape(q, folded)
              keys = torch.transpose(torch.reshape(k, folded), 1, 2)
              values = torch.reshape(v, folded)
              results = annotate(List[Tensor], [])
              for i in range((time + block - 1) // block):
                start = i * block
                end = ops.prim.min(start + block, time)
                future = torch.full([end - start, end], minus_inf, dtype=q.dtype, device=q.device)
                mask = torch.triu(future, start + 1)
                scores = torch.baddbmm(mask, torch.slice(queries, 1, start, end), torch.slice(keys, 2, 0, end), beta=1, alpha=scale)
                weights = torch._softmax(scores, -1, False)
                if dropout > 0.:
                  weights = torch.dropout(weights, dropout, True)
                mixed = torch.bmm(weights, torch.slice(values, 1, 0, end))
                results.append(torch.transpose(torch.view(mixed, [batch, heads, end - start, width]), 1, 2))
              return torch.transpose(torch.cat(results, 1), 1, 2)
            def blocked_masked(self, q: Tensor, k: Tensor, v: Tensor, seen: Tensor, block: int, scale: float, minus_inf: float) -> Tensor:
              batch, heads, time, width = torch.size(q)
              folded = [batch * heads, time, width]
              queries = torch.reshape(q, folded)
              keys = torch.transpose(torch.reshape(k, folded), 1, 2)
              none = torch.logical_not(torch.any(seen, 3, True))
              values = torch.reshape(torch.masked_fill(v, none, 0.), folded)
              shown = torch.zeros([batch, heads, 1, time], dtype=q.dtype, device=q.device)
              hidden = torch.logical_and(torch.logical_not(seen), torch.logical_not(none))
              mask = torch.view(torch.masked_fill(shown, hidden, minus_inf), [batch * heads, 1, time])
              results = annotate(List[Tensor], [])
              for i in range((time + block - 1) // block):
                start = i * block
                end = ops.prim.min(start + block, time)
                scores = torch.baddbmm(mask, torch.slice(queries, 1, start, end), keys, beta=1, alpha=scale)
                mixed = torch.bmm(torch._softmax(scores, -1, False), values)
                results.append(torch.transpose(torch.view(mixed, [batch, heads, end - start, width]), 1, 2))
              return torch.transpose(torch.cat(results, 1), 1, 2)
            """);

    /** The number of queries that {@link #blocked} processes at a time. */
    public static final int BLOCK = 128;

    private Attention() {}

    /**
     * Attention in which a position attends to itself and to earlier positions.
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

    /**
     * The same as {@link #causal} in plain matrix products, for the processors on which libtorch's fused kernel is slow
     * in low precision: 128 queries at a time against the keys up to theirs, so that most of what the mask would hide
     * is not computed. The weights have the operands' precision. Keeps time² / 2 weights per head for the backward
     * pass.
     *
     * @param q shape (batch, heads, time, width), any precision, {@code k}'s and {@code v}'s too
     * @return shape (batch, heads, time, width), in memory as (batch, time, heads, width), so that the heads can be
     *     joined without a copy
     */
    public static NDArray blocked(NDArray q, NDArray k, NDArray v, double dropout) {
        check(q, k, v, dropout);
        DtypeGuard.install();
        double scale = 1 / Math.sqrt(q.getShape().get(3));
        try (Autocast scope = Autocast.off(q.getDevice())) {
            return SCRIPT.tensor("blocked", q, k, v, dropout, BLOCK, scale, Double.NEGATIVE_INFINITY);
        }
    }

    /** Attention in which every position attends to every other; shapes as for {@link #causal}. */
    public static NDArray full(NDArray q, NDArray k, NDArray v, double dropout) {
        check(q, k, v, dropout);
        DtypeGuard.install();
        return SCRIPT.tensor("attend", q, k, v, dropout, false);
    }

    /**
     * Attention with a mask. The result and the gradients of a position without any visible key are 0.
     *
     * @param mask boolean, true where a key is visible; broadcastable to (batch, heads, time, time)
     */
    public static NDArray masked(NDArray q, NDArray k, NDArray v, NDArray mask, double dropout) {
        check(q, k, v, dropout);
        checkMask(mask, q.getShape());
        DtypeGuard.install();
        return SCRIPT.tensor("attend_masked", q, k, v, mask, dropout);
    }

    /**
     * Attention in which all positions of an example attend to the same keys, in plain matrix products as in {@link
     * #blocked}; keeps time² weights per head for the backward pass. The results and the gradients of an example
     * without any visible key are 0.
     *
     * @param q shape (batch, heads, time, width), any precision, {@code k}'s and {@code v}'s too
     * @param seen boolean (batch, 1, 1, time), true for the visible keys
     * @return shape (batch, heads, time, width), lying in memory as (batch, time, heads, width)
     */
    public static NDArray blockedMasked(NDArray q, NDArray k, NDArray v, NDArray seen) {
        check(q, k, v, 0);
        checkMask(seen, q.getShape());
        Shapes.requireSame(
                "attention",
                "mask",
                seen,
                new Shape(q.getShape().get(0), 1, 1, q.getShape().get(2)));
        DtypeGuard.install();
        double scale = 1 / Math.sqrt(q.getShape().get(3));
        try (Autocast scope = Autocast.off(q.getDevice())) {
            return SCRIPT.tensor("blocked_masked", q, k, v, seen, BLOCK, scale, Double.NEGATIVE_INFINITY);
        }
    }

    /**
     * How many weights of a head the two above compute and keep.
     *
     * @param time the sequence's length, &ge; 0
     * @param causal whether a block's queries see no keys behind their own block
     */
    public static long blockedWeights(long time, boolean causal) {
        if (time < 0) {
            throw new IllegalArgumentException("attention: expected a time of 0 or more, got " + time);
        }
        if (!causal) {
            return Math.multiplyExact(time, time);
        }
        // The queries of block i see i blocks, and those of the last, shorter one all there is.
        long blocks = time / BLOCK;
        long whole = Math.multiplyExact(Math.multiplyExact(blocks, blocks + 1) / 2, (long) BLOCK * BLOCK);
        return Math.addExact(whole, Math.multiplyExact(time % BLOCK, time));
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
