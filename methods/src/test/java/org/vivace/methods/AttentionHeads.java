package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.function.Function;
import org.vivace.contract.Weights;
import org.vivace.torch.Precision;

/**
 * Queries, keys and values as a model's projection makes them, for tests of attention.
 *
 * @param array shape (batch, time, 3 · heads, width), a leaf of the autograd graph
 */
record AttentionHeads(NDArray array) {

    static AttentionHeads random(NDManager manager, int batch, int time, int heads, int width) {
        NDArray array = manager.randomNormal(new Shape(batch, time, 3L * heads, width));
        array.setRequiresGradient(true);
        return new AttentionHeads(array);
    }

    private static Function<NDList, NDArray> inBf16(Function<NDList, NDArray> attention) {
        return views -> MixedPrecision.autocast(
                        Device.cpu(), Precision.BFLOAT16, () -> new NDList(attention.apply(views)))
                .head();
    }

    /**
     * The values of an attention, and the gradient of the heads for a gradient of the values that differs from position to
     * position.
     *
     * @param attention of queries, keys and values (batch, heads, time, width), which are views
     */
    private float[][] valuesAndGradient(Function<NDList, NDArray> attention) {
        try (NDManager scope = array.getManager().newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            scope.tempAttachAll(array);
            NDList views = new NDList();
            for (NDArray part : array.split(3, 2)) {
                views.add(part.transpose(0, 2, 1, 3));
            }
            NDArray result = attention.apply(views);
            NDArray seed = scope.arange((float) result.size()).mod(7).sub(3).reshape(result.getShape());
            collector.backward(result.mul(seed).sum());
            NDArray gradient = array.getGradient();
            float[][] both = {result.toFloatArray(), gradient.toFloatArray()};
            gradient.subi(gradient);
            return both;
        }
    }

    /**
     * An attention in fp32 has the plain one's values and gradient.
     *
     * @param tolerance a share of the largest number
     */
    void assertAgrees(Function<NDList, NDArray> plain, Function<NDList, NDArray> other, double tolerance) {
        float[][] expected = valuesAndGradient(plain);
        float[][] found = valuesAndGradient(other);
        for (int i = 0; i < 2; i++) {
            double largest = Weights.farthest(expected[i], new float[expected[i].length]);
            assertThat(Weights.farthest(found[i], expected[i])).isLessThan(tolerance * largest);
        }
    }

    /** An attention under autocast is no further from fp32 than {@code most} times as far as the plain one. */
    void assertAsPreciseInBf16(Function<NDList, NDArray> plain, Function<NDList, NDArray> other, double most) {
        float[][] exact = valuesAndGradient(plain);
        float[][] low = valuesAndGradient(inBf16(plain));
        float[][] found = valuesAndGradient(inBf16(other));
        for (int i = 0; i < 2; i++) {
            assertThat(Weights.distance(found[i], exact[i]))
                    .isPositive()
                    .isLessThan(most * Weights.distance(low[i], exact[i]));
        }
    }
}
