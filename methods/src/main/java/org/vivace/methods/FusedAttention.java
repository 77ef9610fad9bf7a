package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.util.List;
import org.vivace.models.CausalAttention;
import org.vivace.models.MaskedAttention;
import org.vivace.torch.Attention;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.ForwardCall;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Attention, softmax(q·kᵀ / √width + mask)·v, as one operator instead of six: the intermediate (time, time) matrices
 * are not written to memory, or only once, and with a causal mask the part above the diagonal is not computed (<a
 * href="https://arxiv.org/abs/2205.14135">Dao et al. 2022</a>).
 *
 * <p>Replaces each {@link CausalAttention} and each {@link MaskedAttention}. In fp32 and on a GPU it uses libtorch's
 * scaled-dot-product kernel. In low precision on a CPU that kernel's backward pass is slower than plain operations, so
 * it uses blocks of plain products ({@link Attention#blocked}). Use it with any transformer; the longer the sequences,
 * the larger the gain.
 */
public record FusedAttention() implements EfficiencyMethod {

    /**
     * Above this length the memory for the blocks' weights on a CPU, which grows quadratically, outweighs their speed.
     */
    private static final long LONGEST_BLOCKED = 4096;

    @Override
    public Traits traits() {
        return Traits.of(Kind.KERNEL, Equivalence.WITHIN_TOLERANCE);
    }

    /**
     * Causal attention on the faster kernel for the operands' device and precision; inside an autocast scope, for the
     * scope's precision.
     *
     * @param q shape (batch, heads, time, width); may be a view
     * @param k shape (batch, heads, time, width)
     * @param v shape (batch, heads, time, width)
     * @param dropout probability of dropping an attention weight, in [0, 1); 0 outside training
     * @return shape (batch, heads, time, width), on {@code q}'s manager
     */
    public static NDArray attend(NDArray q, NDArray k, NDArray v, double dropout) {
        Precision precision = precision(q);
        return fuses(q, precision)
                ? Attention.causal(q, k, v, dropout)
                : Attention.blocked(Cast.to(q, precision), Cast.to(k, precision), Cast.to(v, precision), dropout);
    }

    /**
     * Attention in which all positions of an example attend to the same keys, as in an encoder of padded texts;
     * otherwise as {@link #attend(NDArray, NDArray, NDArray, double)}.
     *
     * @param seen boolean (batch, 1, 1, time), true for visible keys; an example without any gives 0
     * @return shape (batch, heads, time, width), on {@code q}'s manager
     */
    public static NDArray attend(NDArray q, NDArray k, NDArray v, NDArray seen) {
        Precision precision = precision(q);
        return fuses(q, precision)
                ? Attention.masked(q, k, v, seen, 0)
                : Attention.blockedMasked(Cast.to(q, precision), Cast.to(k, precision), Cast.to(v, precision), seen);
    }

    private static Precision precision(NDArray q) {
        Autocast.State autocast = Autocast.of(q);
        return autocast.enabled() ? autocast.precision() : Precision.of(q);
    }

    private static boolean fuses(NDArray q, Precision precision) {
        return q.getDevice().isGpu() || q.getShape().get(2) > LONGEST_BLOCKED || precision == Precision.FLOAT32;
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.ReplacedBlocks(FusedAttention::replace));
    }

    private static void replace(Surgery surgery) {
        surgery.replace(
                "causal or masked attention (org.vivace.models.CausalAttention, MaskedAttention)",
                place -> place.block() instanceof CausalAttention || place.block() instanceof MaskedAttention,
                block -> ForwardCall.around(block, call -> new NDList(fused(block, call))));
    }

    private static NDArray fused(Block plain, ForwardCall call) {
        NDList inputs = call.inputs();
        NDArray q = inputs.get(0);
        NDArray k = inputs.get(1);
        NDArray v = inputs.get(2);
        return plain instanceof CausalAttention causal
                ? attend(q, k, v, call.training() ? causal.dropoutRate() : 0)
                : attend(q, k, v, inputs.get(3));
    }

    @Override
    public Hooks attach(Run run) {
        return new BlockReplacement(FusedAttention::replace);
    }
}
