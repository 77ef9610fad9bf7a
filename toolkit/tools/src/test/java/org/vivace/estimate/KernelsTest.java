package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.vivace.torch.Attention;
import org.vivace.torch.Cast;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Norms;
import org.vivace.torch.Precision;

/** Kernels of {@code org.vivace.torch} between two linear layers, on an input (2, time, 8) of one head. */
class KernelsTest {

    private static final long BATCH = 2;
    private static final long WIDTH = 8;

    private static Compared compared(long time, UnaryOperator<NDArray> kernel) {
        return Compared.of(new Through(linear(), kernel, linear()), ArraySpec.float32(BATCH, time, WIDTH));
    }

    private static Block linear() {
        return Linear.builder().setUnits(WIDTH).optBias(false).build();
    }

    private static NDArray attend(NDArray x, UnaryOperator<NDArray> attention) {
        return attention.apply(x.expandDims(1)).squeeze(1);
    }

    /** Two layers forward, and backward the gradients of both weights and of the second one's input. */
    private static double linears(long time) {
        return (2 + 3) * 2.0 * BATCH * time * WIDTH * WIDTH;
    }

    @Test
    void fusedAttentionKeepsNoWeights() {
        long time = 6;
        Compared compared = compared(time, x -> attend(x, q -> Attention.causal(q, q, q, 0)));
        assertThat(compared.estimate().flops())
                .isEqualTo(linears(time) + (2 + 5) * 2.0 * BATCH * time * time * WIDTH)
                .isEqualTo(compared.flops());
        long numbers = BATCH * time * WIDTH;
        // Input, queries, result; the sum of each query's exponentials; the second layer's weight.
        assertThat(compared.estimate().memory().saved())
                .isEqualTo(Float.BYTES * (3 * numbers + BATCH * time + WIDTH * WIDTH));
        assertThat(compared.estimate().operations())
                .filteredOn(operation -> operation.kind() == OperationKind.ATTENTION)
                .hasSize(1);
    }

    @Test
    void maskedAttentionIsFusedToo() {
        Compared compared = compared(6, x -> attend(x, q -> Attention.masked(q, q, q, seen(q), 0)));
        assertThat(compared.estimate().flops()).isEqualTo(compared.flops());
        assertThat(compared.estimate().notes()).isEmpty();
    }

    @Test
    void blockedAttentionKeepsTheWeightsThatItComputes() {
        long time = 130;
        Compared compared = compared(time, x -> low(x, q -> Attention.blocked(q, q, q, 0)));
        long weights = 128 * 128 + 2 * 130;
        double attention = 3 * 4.0 * BATCH * weights * WIDTH;
        assertThat(compared.estimate().flops()).isEqualTo(linears(time) + attention);
        // libtorch adds the mask within the product.
        assertThat(compared.flops()).isCloseTo(linears(time) + attention, within(0.02 * attention));
        long numbers = BATCH * time * WIDTH;
        long inFloat32 = 2 * numbers + WIDTH * WIDTH; // input, result, the second layer's weight
        assertThat(compared.estimate().memory().saved())
                .isEqualTo(Float.BYTES * inFloat32 + 2 * (numbers + BATCH * weights));
    }

    @Test
    void blockedMaskedAttentionKeepsThemAll() {
        long time = 130;
        Compared compared = compared(time, x -> low(x, q -> Attention.blockedMasked(q, q, q, seen(q))));
        double attention = 3 * 4.0 * BATCH * time * time * WIDTH;
        assertThat(compared.estimate().flops()).isEqualTo(linears(time) + attention);
        assertThat(compared.flops()).isCloseTo(linears(time) + attention, within(0.02 * attention));
    }

    @Test
    void droppedWeightsAreKeptToo() {
        long time = 130;
        UnaryOperator<NDArray> blocked = x -> low(x, q -> Attention.blocked(q, q, q, 0.5));
        UnaryOperator<NDArray> whole = x -> low(x, q -> Attention.blocked(q, q, q, 0));
        long weights = BATCH * (128 * 128 + 2 * 130);
        assertThat(saved(time, blocked) - saved(time, whole)).isEqualTo(weights * (2 + 1));
        UnaryOperator<NDArray> fused = x -> attend(x, q -> Attention.causal(q, q, q, 0.5));
        UnaryOperator<NDArray> none = x -> attend(x, q -> Attention.causal(q, q, q, 0));
        Compared unfused = compared(time, fused);
        assertThat(unfused.estimate().flops()).isCloseTo(unfused.flops(), within(0.01 * unfused.flops()));
        long all = BATCH * time * time;
        assertThat(saved(time, fused) - saved(time, none)).isEqualTo(all * (2 * 4 + 1) - Float.BYTES * BATCH * time);
    }

    private static long saved(long time, UnaryOperator<NDArray> kernel) {
        return compared(time, kernel).estimate().memory().saved();
    }

    @Test
    void lowPrecisionNormsKeepACopyInThatPrecision() {
        long time = 6;
        UnaryOperator<NDArray> norm =
                x -> Cast.to(Norms.layer(x, one(x, 1), one(x, 0), 1e-5, Precision.BFLOAT16), Precision.FLOAT32);
        long numbers = BATCH * time * WIDTH;
        // Input and norm's result in fp32, the second layer's weight, two statistics a row; the copy that is
        // normalized.
        assertThat(saved(time, norm))
                .isEqualTo(Float.BYTES * (2 * numbers + WIDTH * WIDTH + 2 * BATCH * time) + 2 * numbers);
    }

    private static NDArray one(NDArray x, float value) {
        return x.getManager().full(new Shape(WIDTH), value);
    }

    @Test
    void whatHasNoRuleIsMeasured() {
        Block block = new Through(
                linear(),
                x -> Norms.group(x.transpose(0, 2, 1), 2, one(x, 1), one(x, 0), 1e-5, Precision.FLOAT32)
                        .transpose(0, 2, 1),
                linear());
        assertThat(Compared.step(block, ArraySpec.float32(BATCH, 6, WIDTH)).notes())
                .containsExactly(
                        "Through was measured once, since an estimate has no rule for Norms.group: it ran alone"
                                + " on random numbers");
    }

    /** Whether the heads can be joined without a copy decides whether one is counted. */
    @Test
    void resultsLieAsTheyAreSaidTo() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray q =
                    manager.randomUniform(0, 1, new Shape(BATCH, 6, 3, WIDTH)).transpose(0, 2, 1, 3);
            NDArray dense = MemoryFormat.CONTIGUOUS.of(q);
            assertThat(headsJoin(Attention.causal(q, q, q, 0))).isTrue();
            assertThat(headsJoin(Attention.causal(dense, dense, dense, 0))).isFalse();
            for (NDArray each : new NDArray[] {q, dense}) {
                assertThat(headsJoin(Attention.blocked(each, each, each, 0))).isTrue();
                assertThat(headsJoin(masked(each))).isTrue();
            }
        }
        assertThat(copies(x -> Attention.causal(x, x, x, 0))).isZero();
        assertThat(copies(x -> {
                    NDArray dense = MemoryFormat.CONTIGUOUS.of(x);
                    return Attention.causal(dense, dense, dense, 0);
                }))
                .isEqualTo(2);
        // Folding the heads into the batch copies, but within the kernel.
        assertThat(copies(x -> Attention.blocked(x, x, x, 0))).isZero();
    }

    private static boolean headsJoin(NDArray attended) {
        return MemoryFormat.CONTIGUOUS.holds(attended.transpose(0, 2, 1, 3));
    }

    /** Of attention on two heads. */
    private static long copies(UnaryOperator<NDArray> attention) {
        Shape heads = new Shape(BATCH, 6, 2, WIDTH / 2);
        Block block = new Through(
                linear(),
                x -> attention
                        .apply(x.reshape(heads).transpose(0, 2, 1, 3))
                        .transpose(0, 2, 1, 3)
                        .reshape(BATCH, 6, WIDTH),
                linear());
        return Compared.step(block, ArraySpec.float32(BATCH, 6, WIDTH)).operations().stream()
                .filter(operation -> operation.kind() == OperationKind.COPY)
                .count();
    }

    private static NDArray masked(NDArray q) {
        return Attention.blockedMasked(q, q, q, seen(q));
    }

    private static NDArray seen(NDArray q) {
        return q.getManager().ones(new Shape(BATCH, 1, 1, q.getShape().get(2))).toType(DataType.BOOLEAN, false);
    }

    private static NDArray low(NDArray x, UnaryOperator<NDArray> attention) {
        return Cast.to(attend(Cast.to(x, Precision.BFLOAT16), attention), Precision.FLOAT32);
    }
}
