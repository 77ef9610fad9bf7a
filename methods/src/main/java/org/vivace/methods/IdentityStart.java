package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vivace.torch.Copy;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Convolutions that start as the identity: in each but the first, filter i has a 1 at the center of channel i and zeros
 * elsewhere (Dirac initialization), for as many filters as there are channels; further filters keep their usual
 * initialization. The input of the first layer and the gradient of the loss reach every layer from the first step on
 * (<a href="https://arxiv.org/abs/2404.00498">Jordan 2024</a>, section 3.3).
 *
 * <p>Use it in networks of convolutions that are trained from scratch for a short time. It changes the initial weights
 * and nothing in the steps. Weights that exist before the run are not changed.
 */
public record IdentityStart() implements EfficiencyMethod {

    @Override
    public Traits traits() {
        return Traits.of(Kind.ARCHITECTURE, Equivalence.CHANGES_TRAINING);
    }

    /**
     * The weight with its first filters replaced.
     *
     * @param weight shape (filters, channels, height, width), FLOAT32
     * @return a new array of the same shape on the same manager; filter i, up to the smaller of filters and channels,
     *     is 1 at (i, ⌊height/2⌋, ⌊width/2⌋) and 0 elsewhere
     * @throws IllegalArgumentException if the weight does not have four axes
     */
    public static NDArray identity(NDArray weight) {
        Shape shape = weight.getShape();
        if (shape.dimension() != 4) {
            throw new IllegalArgumentException("IdentityStart: expected a weight of shape (filters, channels, height,"
                    + " width), got " + shape + ": give it a 2-d convolution's");
        }
        int channels = Math.toIntExact(shape.get(1));
        int width = Math.toIntExact(shape.get(3));
        int pixels = Math.toIntExact(shape.get(2)) * width;
        int middle = Math.toIntExact(shape.get(2)) / 2 * width + width / 2;
        float[] values = weight.toFloatArray();
        for (int filter = 0; filter < Math.min(channels, shape.get(0)); filter++) {
            int begin = filter * channels * pixels;
            Arrays.fill(values, begin, begin + channels * pixels, 0);
            values[begin + filter * pixels + middle] = 1;
        }
        return weight.getManager().create(values, shape);
    }

    @Override
    public List<Effect> effects() {
        return List.of();
    }

    @Override
    public Hooks attach(Run run) {
        return new Start();
    }

    private static final class Start implements Hooks {

        private final List<Parameter> weights = new ArrayList<>();

        @Override
        public void onModel(Run run, Surgery surgery) {
            List<Conv2d> convolutions = surgery.places().stream()
                    .map(Surgery.Place::block)
                    .filter(Conv2d.class::isInstance)
                    .map(Conv2d.class::cast)
                    .toList();
            if (convolutions.size() < 2) {
                surgery.nothingFound("2-d convolutions (ai.djl.nn.convolutional.Conv2d) after the first one");
                return;
            }
            convolutions.stream()
                    .skip(1)
                    .filter(each -> each.getGroups() == 1)
                    .map(each -> each.getDirectParameters().get("weight"))
                    .filter(weight -> !weight.isInitialized())
                    .forEach(weights::add);
            if (weights.isEmpty()) {
                run.note(
                        "IdentityStart: the convolutions have weights already, or are in groups, and stay as they are");
            }
        }

        @Override
        public void onStart(Run run) {
            for (Parameter weight : weights) {
                try (NDArray begin = identity(weight.getArray())) {
                    Copy.into(weight.getArray(), begin);
                }
            }
        }
    }
}
