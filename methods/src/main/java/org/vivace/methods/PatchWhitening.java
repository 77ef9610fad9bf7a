package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.GradMode;
import org.vivace.torch.Patches;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.State;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Trains the network's first convolution in coordinates in which the patches of the images are uncorrelated and of
 * equal variance. Neighbouring pixels are similar, so nearly all variance of the raw patches is in their mean colour,
 * and gradient descent learns edges and textures slowly (David Page 2019, "How to train your ResNet 8: bag of tricks";
 * <a href="https://arxiv.org/abs/2404.00498">Jordan 2024</a>, section 3.2).
 *
 * <p>This equals Page's frozen whitening convolution followed by a trained 1×1 convolution. Both are linear with
 * nothing between them, so they are computed as one convolution of the first one's size: the cost of a step and the
 * network stay the same. During the run the first {@link Conv2d}'s weight holds the coordinates, which the optimizer
 * updates; {@code saveParameters} writes the kernels, and the model has the kernels after the run.
 *
 * <p>The frozen filters are the eigenvectors of the covariance of the first training batch's patches, as the
 * convolution gets them, each divided by √(its eigenvalue + eps · the mean eigenvalue). Weights that the run
 * initializes are taken as coordinates, so the first kernels weight all directions of the patches equally; weights that
 * exist before the run keep their kernels, expressed in the new coordinates. Use it in networks that learn from images
 * and begin with a convolution.
 *
 * @param eps &gt; 0; the larger, the less directions of little variance, such as noise, are amplified
 */
public record PatchWhitening(double eps) implements EfficiencyMethod {

    public PatchWhitening {
        if (!(eps > 0 && Double.isFinite(eps))) {
            throw new IllegalArgumentException("PatchWhitening: expected eps > 0, got " + eps);
        }
    }

    /** Page's 0.01. */
    public PatchWhitening() {
        this(0.01);
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.ARCHITECTURE, Equivalence.CHANGES_TRAINING);
    }

    /**
     * The whitening filters of all patches of the images.
     *
     * @param images shape (batch, channels, height, width), not all of one colour
     * @param kernel height and width of a patch, at most the images'
     * @param eps as for the method
     * @return shape (n, n) with n = channels · kernel height · kernel width, one filter per row, on the images' manager
     */
    public static NDArray filters(NDArray images, Shape kernel, double eps) {
        return filters(images, kernel, new Shape(1, 1), eps);
    }

    static NDArray filters(NDArray images, Shape kernel, Shape dilation, double eps) {
        try (GradMode off = GradMode.off();
                NDArray covariance = Patches.covariance(images, kernel, dilation);
                NDArray norm = covariance.norm()) {
            float size = norm.getFloat();
            if (!(size > 0 && Float.isFinite(size))) {
                throw new IllegalArgumentException(
                        "PatchWhitening: expected images whose patches vary, got a covariance of norm " + size
                                + ": look at the data, or drop the method");
            }
            return Patches.whitening(covariance, eps);
        }
    }

    @Override
    public List<Effect> effects() {
        return List.of();
    }

    @Override
    public Hooks attach(Run run) {
        return new Whitening(eps);
    }

    private static final class Whitening implements Hooks {

        private final double eps;
        private Optional<WhitenedConvolution> first = Optional.empty();

        Whitening(double eps) {
            this.eps = eps;
        }

        @Override
        public void onModel(Run run, Surgery surgery) {
            Optional<Block> found = surgery.places().stream()
                    .map(Surgery.Place::block)
                    .filter(block -> block instanceof Conv2d conv && conv.getGroups() == 1)
                    .findFirst();
            surgery.replace(
                    "a 2-d convolution in one group (ai.djl.nn.convolutional.Conv2d) below the root",
                    place -> found.filter(block -> block == place.block()).isPresent(),
                    this::whitened);
        }

        private Block whitened(Block convolution) {
            WhitenedConvolution whitened = new WhitenedConvolution((Conv2d) convolution, eps);
            first = Optional.of(whitened);
            return whitened;
        }

        @Override
        public void onStart(Run run) {
            first.ifPresent(WhitenedConvolution::makeFilters);
        }

        @Override
        public void onEnd(Run run) {
            first.filter(WhitenedConvolution::measured).ifPresent(WhitenedConvolution::holdKernels);
        }

        @Override
        public void save(State.Writer state) {
            first.ifPresent(block -> block.save(state));
        }

        @Override
        public void load(State.Reader state) {
            first.ifPresent(block -> block.load(state));
        }

        @Override
        public void close() {
            first.ifPresent(WhitenedConvolution::free);
        }
    }
}
