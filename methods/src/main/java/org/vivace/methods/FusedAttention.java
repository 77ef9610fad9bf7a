package org.vivace.methods;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.vivace.models.CausalAttention;
import org.vivace.torch.Attention;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Causal attention, softmax(q·kᵀ / √width + mask)·v, as one operator instead of six: what lies above the diagonal is
 * not computed, and the (time, time) matrices in between are not written out, or written once
 * (<a href="https://arxiv.org/abs/2205.14135">Dao et al. 2022</a>).
 *
 * <p>Replaces each {@link CausalAttention}. In fp32, and on a GPU, that is libtorch's scaled-dot-product kernel; in low
 * precision on a CPU, where that kernel's backward pass is slower than plain operations, blocks of plain products
 * ({@link Attention#blocked}). Use it with any decoder; the longer the context, the more it gives.
 */
public record FusedAttention() implements EfficiencyMethod {

    /** From here on a CPU's memory for the blocks' weights, which grows with the square, outweighs their speed. */
    private static final long LONGEST_BLOCKED = 4096;

    @Override
    public Traits traits() {
        return Traits.of(Kind.KERNEL, Equivalence.WITHIN_TOLERANCE);
    }

    /**
     * Causal attention on the faster kernel for the operands' device and precision; inside an autocast scope the
     * precision is the scope's.
     *
     * @param q shape (batch, heads, time, width); views are welcome
     * @param k shape (batch, heads, time, width)
     * @param v shape (batch, heads, time, width)
     * @param dropout probability of dropping an attention weight, in [0, 1); 0 outside training
     * @return shape (batch, heads, time, width), on {@code q}'s manager
     */
    public static NDArray attend(NDArray q, NDArray k, NDArray v, double dropout) {
        if (q.getDevice().isGpu() || q.getShape().get(2) > LONGEST_BLOCKED) {
            return Attention.causal(q, k, v, dropout);
        }
        Autocast.State autocast = Autocast.current(q.getDevice());
        Precision precision = autocast.enabled() ? autocast.precision() : Precision.of(q);
        return precision == Precision.FLOAT32
                ? Attention.causal(q, k, v, dropout)
                : Attention.blocked(Cast.to(q, precision), Cast.to(k, precision), Cast.to(v, precision), dropout);
    }

    @Override
    public Hooks attach(Run run) {
        return new Hooks() {
            @Override
            public void onModel(Run current, Surgery surgery) {
                surgery.replace(
                        "causal attention (org.vivace.models.CausalAttention)",
                        place -> place.block() instanceof CausalAttention,
                        block -> new Fused((CausalAttention) block));
            }
        };
    }

    /** Stands in for a block that has no parameters; whatever outlives the run is left to that block. */
    private static final class Fused extends AbstractBlock {

        private final CausalAttention plain;

        Fused(CausalAttention plain) {
            this.plain = plain;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            double dropout = training ? plain.dropoutRate() : 0;
            return new NDList(attend(inputs.get(0), inputs.get(1), inputs.get(2), dropout));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return plain.getOutputShapes(inputShapes);
        }

        @Override
        public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
            plain.initialize(manager, dataType, inputShapes);
        }

        @Override
        public boolean isInitialized() {
            return plain.isInitialized();
        }

        @Override
        public PairList<String, Shape> describeInput() {
            return plain.describeInput();
        }

        @Override
        public void saveParameters(DataOutputStream out) throws IOException {
            plain.saveParameters(out);
        }

        @Override
        public void loadParameters(NDManager manager, DataInputStream in) throws IOException, MalformedModelException {
            plain.loadParameters(manager, in);
        }
    }
}
