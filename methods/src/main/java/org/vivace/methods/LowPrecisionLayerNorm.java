package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import java.lang.reflect.Field;
import java.util.List;
import org.vivace.torch.Autocast;
import org.vivace.torch.Norms;
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
 * Layer norms whose input and output have autocast's precision, while autocast itself runs them in fp32. This halves
 * the bytes to read and write, and saves the cast before the next matrix product. Means and variances are still summed
 * in fp32 (<a href="https://arxiv.org/abs/1607.06450">Ba et al. 2016</a> for the norm).
 *
 * <p>Replaces DJL's {@link LayerNorm} blocks by blocks that hold the same parameters under the same names. Use it in
 * pre-norm transformers under mixed precision. If a norm's output is the residual stream itself (post-norm), its
 * rounding accumulates. Outside of autocast, for example in an fp32 evaluation, the norms are DJL's.
 */
public record LowPrecisionLayerNorm() implements EfficiencyMethod {

    @Override
    public Traits traits() {
        return Traits.of(Kind.PRECISION, Equivalence.WITHIN_TOLERANCE)
                .needs("autocast", "its norms take their precision from there, and without it nothing would change");
    }

    /**
     * Layer norm in the precision of the autocast scope for {@code x}'s device, or else as in DJL.
     *
     * @param x shape (…, gamma's shape)
     * @param gamma the scale
     * @param beta the shift, of gamma's shape
     * @param eps added to the variance, &gt; 0
     * @return x's shape, in autocast's precision if that is on
     */
    public static NDArray normalize(NDArray x, NDArray gamma, NDArray beta, double eps) {
        Autocast.State autocast = Autocast.of(x);
        return autocast.enabled()
                ? Norms.layer(x, gamma, beta, eps, autocast.precision())
                : LayerNorm.layerNorm(x, gamma.getShape(), gamma, beta, (float) eps)
                        .singletonOrThrow();
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.ReplacedBlocks(LowPrecisionLayerNorm::replace));
    }

    private static void replace(Surgery surgery) {
        surgery.replace(
                "layer norms (ai.djl.nn.norm.LayerNorm)",
                place -> place.block().getClass() == LayerNorm.class,
                LowPrecisionLayerNorm::lowered);
    }

    private static Block lowered(Block norm) {
        double epsilon = epsilonOf(norm);
        Parameter gamma = norm.getDirectParameters().get("gamma");
        Parameter beta = norm.getDirectParameters().get("beta");
        return ForwardCall.around(norm, call -> {
            NDArray x = call.inputs().singletonOrThrow();
            ParameterStore store = call.parameters();
            NDArray scale = store.getValue(gamma, x.getDevice(), call.training());
            NDArray shift = store.getValue(beta, x.getDevice(), call.training());
            return new NDList(normalize(x, scale, shift, epsilon));
        });
    }

    /** DJL keeps it in a protected field without a getter. */
    private static float epsilonOf(Block norm) {
        try {
            Field field = LayerNorm.class.getDeclaredField("epsilon");
            field.setAccessible(true);
            return field.getFloat(norm);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "expected DJL's LayerNorm to keep its epsilon in a field of that name: this version of DJL is not"
                            + " supported",
                    e);
        }
    }

    @Override
    public Hooks attach(Run run) {
        return new BlockReplacement(LowPrecisionLayerNorm::replace);
    }
}
