package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;

@Tag("slow")
class AttentionTest extends TorchTest {

    private static final int TIME = 7;
    private static final int WIDTH = 8;
    private static final AttentionReference REFERENCE = new AttentionReference(2 * 3, TIME, WIDTH);

    private NDArray input(NDManager owner, int salt) {
        return array(owner, salt, 2, 3, TIME, WIDTH);
    }

    private double[] expected(AttentionReference.Sight sight) {
        return REFERENCE.forward(
                doubles(input(manager, 1)), doubles(input(manager, 2)), doubles(input(manager, 3)), sight);
    }

    private void check(NDManager owner, double tolerance) {
        NDArray q = input(owner, 1);
        NDArray k = input(owner, 2);
        NDArray v = input(owner, 3);
        assertThat(worst(expected((i, j) -> true), doubles(Attention.full(q, k, v, 0))))
                .isLessThan(tolerance);
        assertThat(worst(expected((i, j) -> j <= i), doubles(Attention.causal(q, k, v, 0))))
                .isLessThan(tolerance);
        NDArray mask = window(owner);
        assertThat(worst(expected(AttentionTest::near), doubles(Attention.masked(q, k, v, mask, 0))))
                .isLessThan(tolerance);
    }

    private static boolean near(int query, int key) {
        return Math.abs(query - key) <= 2;
    }

    /** True within two steps, shape (time, time). */
    private static NDArray window(NDManager owner) {
        boolean[] sees = new boolean[TIME * TIME];
        for (int i = 0; i < sees.length; i++) {
            sees[i] = near(i / TIME, i % TIME);
        }
        return owner.create(sees, new Shape(TIME, TIME));
    }

    @Test
    void isTheFormula() {
        check(manager, 2e-6);
    }

    @Test
    void aMaskBroadcastsOverHeads() {
        // One mask an example: the first sees everything, the second only itself.
        boolean[] sees = new boolean[2 * TIME * TIME];
        for (int i = 0; i < TIME * TIME; i++) {
            sees[i] = true;
            sees[TIME * TIME + i] = i / TIME == i % TIME;
        }
        NDArray mask = manager.create(sees, new Shape(2, 1, TIME, TIME));
        NDArray v = input(manager, 3);
        NDArray out = Attention.masked(input(manager, 1), input(manager, 2), v, mask, 0);
        assertThat(worst(doubles(v.get(1)), doubles(out.get(1)))).isLessThan(1e-6);
        double[] first = doubles(
                manager.create(expectedFloats(), new Shape(2, 3, TIME, WIDTH)).get(0));
        assertThat(worst(first, doubles(out.get(0)))).isLessThan(2e-6);
    }

    @Test
    void everyPositionOfAnExampleSeesTheSameKeys() {
        // The first example sees all keys, the second its first three.
        boolean[] sees = new boolean[2 * TIME];
        for (int i = 0; i < TIME + 3; i++) {
            sees[i] = true;
        }
        NDArray mask = manager.create(sees, new Shape(2, 1, 1, TIME));
        NDArray out = Attention.blockedMasked(input(manager, 1), input(manager, 2), input(manager, 3), mask);
        double[] all = expected((i, j) -> true);
        double[] three = expected((i, j) -> j < 3);
        int half = all.length / 2;
        System.arraycopy(all, 0, three, 0, half);
        assertThat(worst(three, doubles(out))).isLessThan(2e-6);
    }

    private float[] expectedFloats() {
        double[] expected = expected((i, j) -> true);
        float[] result = new float[expected.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) expected[i];
        }
        return result;
    }

    /** softmax(q kᵀ / √width + mask) v in DJL's operations. */
    private NDArray plain(NDArray q, NDArray k, NDArray v) {
        float[] minus = new float[TIME * TIME];
        for (int i = 0; i < minus.length; i++) {
            minus[i] = i % TIME > i / TIME ? Float.NEGATIVE_INFINITY : 0;
        }
        NDArray mask = manager.create(minus, new Shape(TIME, TIME));
        return q.matMul(k.swapAxes(2, 3))
                .div(Math.sqrt(WIDTH))
                .add(mask)
                .softmax(3)
                .matMul(v);
    }

    @Test
    void gradientsAreThoseOfPlainDjl() {
        NDArray weights = input(manager, 9);
        float[][] found = new float[3][];
        float[][] plain = new float[3][];
        for (int which = 0; which < 3; which++) {
            int at = which;
            found[which] = gradient(
                    input(manager, which + 1),
                    x -> Attention.causal(
                                    at == 0 ? x : input(manager, 1),
                                    at == 1 ? x : input(manager, 2),
                                    at == 2 ? x : input(manager, 3),
                                    0)
                            .mul(weights)
                            .sum());
            plain[which] = gradient(
                    input(manager, which + 1),
                    x -> plain(
                                    at == 0 ? x : input(manager, 1),
                                    at == 1 ? x : input(manager, 2),
                                    at == 2 ? x : input(manager, 3))
                            .mul(weights)
                            .sum());
            assertThat(worst(doubles(manager.create(plain[which])), doubles(manager.create(found[which]))))
                    .isLessThan(1e-5);
            assertThat(manager.create(found[which]).abs().sum().getFloat()).isGreaterThan(1);
        }
    }

    @Test
    void runsLowUnderAutocastForwardAndBackward() {
        lowUnderAutocast(manager, Precision.BFLOAT16);
    }

    private void lowUnderAutocast(NDManager owner, Precision precision) {
        NDArray q = input(owner, 1);
        Supplier<NDArray> low = () -> {
            try (Autocast scope = Autocast.enter(owner.getDevice(), precision)) {
                NDArray out = Attention.causal(q, input(owner, 2), input(owner, 3), 0);
                assertThat(Precision.of(out)).isEqualTo(precision);
                return Cast.to(out, Precision.FLOAT32);
            }
        };
        assertThat(worst(expected((i, j) -> j <= i), doubles(low.get()))).isLessThan(0.03);
        double[] full = doubles(owner.create(gradient(
                input(owner, 1),
                x -> Attention.causal(x, input(owner, 2), input(owner, 3), 0)
                        .square()
                        .sum())));
        q.setRequiresGradient(true);
        backward(() -> low.get().square().sum());
        assertThat(worst(full, doubles(q.getGradient()))).isLessThan(0.08);
    }

    @Test
    void dropoutDropsAndIsSeeded() {
        NDArray ones = manager.ones(new Shape(1, 1, 64, 16));
        Seeds.set(7);
        float[] first = floats(Attention.full(ones, ones, ones, 0.5));
        Seeds.set(7);
        float[] again = floats(Attention.full(ones, ones, ones, 0.5));
        assertThat(again).containsExactly(first);
        assertThat(first).isNotEqualTo(floats(Attention.full(ones, ones, ones, 0)));
        // Each weight is kept with probability 1/2 and doubled, so the mean stays 1: 64 × 64 draws, SD of the mean
        // 1/64.
        assertThat(manager.create(first).mean().getFloat()).isBetween(0.92f, 1.08f);
    }

    @Test
    void refusesWrongShapes() {
        NDArray q = manager.ones(new Shape(2, 3, 4, 5));
        assertThatThrownBy(() -> Attention.causal(q.get(0), q, q, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention: expected q of shape (batch, heads, time, width), got (3, 4, 5)");
        assertThatThrownBy(() -> Attention.full(q, manager.ones(new Shape(2, 3, 6, 5)), q, 0))
                .hasMessage("attention: expected k of shape (2, 3, 4, 5), got (2, 3, 6, 5)");
        assertThatThrownBy(() -> Attention.full(q, q, manager.ones(new Shape(1, 3, 4, 5)), 0))
                .hasMessage("attention: expected v of shape (2, 3, 4, 5), got (1, 3, 4, 5)");
    }

    @Test
    void refusesAWrongMaskOrDropout() {
        NDArray q = manager.ones(new Shape(2, 3, 4, 5));
        assertThatThrownBy(() -> Attention.masked(q, q, q, manager.ones(new Shape(5, 4), DataType.BOOLEAN), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention: expected mask of shape broadcastable to (2, 3, 4, 4), got (5, 4)");
        assertThatThrownBy(() -> Attention.masked(q, q, q, manager.ones(new Shape(4, 4)), 0))
                .hasMessage("attention: expected a boolean mask, true where a position may be seen, got float32:"
                        + " compare it with neq(0) first");
        assertThatThrownBy(() -> Attention.blockedMasked(q, q, q, manager.ones(new Shape(4, 4), DataType.BOOLEAN)))
                .hasMessage("attention: expected mask of shape (2, 1, 1, 4), got (4, 4)");
        for (double dropout : new double[] {-0.1, 1, Double.NaN}) {
            assertThatThrownBy(() -> Attention.causal(q, q, q, dropout))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("attention: expected a dropout probability in [0, 1), got " + dropout);
        }
    }

    @Test
    @Tag("cuda")
    void onCuda() {
        Device gpu = Cuda.device();
        try (NDManager onGpu = NDManager.newBaseManager(gpu, "PyTorch")) {
            check(onGpu, 1e-5);
            lowUnderAutocast(onGpu, Precision.FLOAT16);
            lowUnderAutocast(onGpu, Precision.BFLOAT16);
        }
    }

    /** The second example has no key to be seen: 0 there, in all that comes of it and goes to it. */
    @Test
    void noKeyGivesZeros() {
        boolean[] sees = new boolean[2 * TIME];
        Arrays.fill(sees, 0, 3, true);
        NDArray seen = manager.create(sees, new Shape(2, 1, 1, TIME));
        for (Precision precision : Precision.values()) {
            for (boolean fused : new boolean[] {false, true}) {
                NDArray[] inputs = {input(manager, 1), input(manager, 2), input(manager, 3)};
                NDArray out;
                try (GradMode mode = GradMode.on()) {
                    NDArray[] low = new NDArray[3];
                    for (int i = 0; i < 3; i++) {
                        inputs[i].setRequiresGradient(true);
                        low[i] = Cast.to(inputs[i], precision);
                    }
                    NDArray attended = fused
                            ? Attention.masked(low[0], low[1], low[2], seen, 0)
                            : Attention.blockedMasked(low[0], low[1], low[2], seen);
                    out = Cast.to(attended, Precision.FLOAT32);
                    Autograd.backward(out.square().sum(), false);
                }
                String which = precision + (fused ? ", fused" : ", in blocks");
                assertThat(doubles(out.get(1))).as(which).containsOnly(0);
                double[] first = doubles(manager.create(floats(expected((i, j) -> j < 3)), out.getShape())
                        .get(0));
                assertThat(worst(first, doubles(out.get(0)))).as(which).isLessThan(0.05);
                for (NDArray input : inputs) {
                    assertThat(doubles(input.getGradient().get(1))).as(which).containsOnly(0);
                    assertThat(input.getGradient().get(0).abs().sum().getFloat())
                            .as(which)
                            .isPositive()
                            .isFinite();
                }
            }
        }
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
