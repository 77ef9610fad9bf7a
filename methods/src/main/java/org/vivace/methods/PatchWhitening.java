package org.vivace.methods;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.vivace.torch.Copy;
import org.vivace.torch.GradMode;
import org.vivace.torch.Patches;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.State;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Trains the network's first convolution in coordinates in which the patches of the images are uncorrelated and of equal
 * variance. Neighbouring pixels are alike, so that as they are nearly all variance lies in the patches' mean colour, and
 * gradient descent learns edges and textures slowly (David Page 2019, "How to train your ResNet 8: bag of tricks";
 * <a href="https://arxiv.org/abs/2404.00498">Jordan 2024</a>, section 3.2).
 *
 * <p>That is Page's frozen whitening convolution followed by a trained 1×1 convolution. Both are linear and there is
 * nothing between them, so they are one convolution of the first one's own size, and are computed as one: the step costs
 * what it did, and the network is the same. During the run the first {@link Conv2d}'s weight holds the coordinates, which
 * is what the optimiser sees; what {@code saveParameters} writes, and what the model has after the run, are the kernels.
 *
 * <p>The frozen filters are the eigenvectors of the covariance of the first training batch's patches, as the convolution
 * gets them, each divided by √(its eigenvalue + eps · the mean eigenvalue). Weights that the run initialises are taken as
 * coordinates, so the first kernels see each direction of the patches alike; weights that exist before the run keep the
 * kernels that they are, in the new coordinates. Use it in networks that learn from images and begin with a convolution.
 *
 * @param eps &gt; 0; the larger, the less are directions of little variance, noise among them, brought up
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
     * @param eps as the method's
     * @return shape (n, n) with n = channels · kernel height · kernel width, one filter a row, on the images' manager
     */
    public static NDArray filters(NDArray images, Shape kernel, double eps) {
        return filters(images, kernel, new Shape(1, 1), eps);
    }

    private static NDArray filters(NDArray images, Shape kernel, Shape dilation, double eps) {
        try (GradMode off = GradMode.off();
                NDArray covariance = Patches.covariance(images, kernel, dilation);
                NDArray norm = covariance.norm()) {
            float size = norm.getFloat();
            if (!(size > 0 && Float.isFinite(size))) {
                throw new IllegalArgumentException(
                        "PatchWhitening: expected images whose patches vary, got a covariance" + " of norm " + size
                                + ": look at the data, or drop the method");
            }
            return Patches.whitening(covariance, eps);
        }
    }

    @Override
    public Hooks attach(Run run) {
        return new Whitening(eps);
    }

    private static final class Whitening implements Hooks {

        private final double eps;
        private Whitened first;

        Whitening(double eps) {
            this.eps = eps;
        }

        @Override
        public void onModel(Run run, Surgery surgery) {
            Conv2d found = surgery.places().stream()
                    .map(Surgery.Place::block)
                    .filter(block -> block instanceof Conv2d conv && conv.getGroups() == 1)
                    .map(Conv2d.class::cast)
                    .findFirst()
                    .orElse(null);
            surgery.replace(
                    "a 2-d convolution in one group (ai.djl.nn.convolutional.Conv2d) below the root",
                    place -> place.block() == found,
                    block -> first = new Whitened(found, eps));
        }

        @Override
        public void onStart(Run run) {
            if (first != null) {
                first.makeFilters();
            }
        }

        @Override
        public void onEnd(Run run) {
            if (first != null && first.measured) {
                first.holdKernels();
            }
        }

        @Override
        public void save(State.Writer state) {
            if (first != null) {
                state.number("measured", first.measured ? 1 : 0);
                state.array("filters", first.filters);
            }
        }

        @Override
        public void load(State.Reader state) {
            if (first != null) {
                first.measured = state.number("measured") == 1;
                state.array("filters", first.filters);
            }
        }

        @Override
        public void close() {
            if (first != null && first.filters != null) {
                first.filters.close();
            }
        }
    }

    /** The convolution, with a weight that is combined anew in each pass once the filters are measured. */
    private static final class Whitened extends AbstractBlock {

        private final Conv2d plain;
        private final Parameter weight;
        private final double eps;
        private final boolean trained;
        private NDArray filters;
        private boolean measured;

        Whitened(Conv2d plain, double eps) {
            this.plain = addChildBlock("convolution", plain);
            this.eps = eps;
            weight = plain.getDirectParameters().get("weight");
            trained = weight.isInitialized();
        }

        void makeFilters() {
            NDArray values = weight.getArray();
            long size = values.size() / values.getShape().get(0);
            filters = values.getManager().zeros(new Shape(size, size), DataType.FLOAT32);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            if (training && !measured) {
                measure(inputs.singletonOrThrow());
            }
            return plain.forward(
                    measured ? combining(store, inputs.head().getManager()) : store, inputs, training, params);
        }

        private void measure(NDArray images) {
            try (NDArray found = filters(images, plain.getKernelShape(), plain.getDilation(), eps)) {
                Copy.into(filters, found);
            }
            measured = true;
            if (trained) {
                holdCoordinates();
            }
        }

        private ParameterStore combining(ParameterStore given, NDManager pass) {
            return new ParameterStore(given.getManager(), false) {
                @Override
                public NDArray getValue(Parameter parameter, Device device, boolean training) {
                    NDArray value = given.getValue(parameter, device, training);
                    if (parameter != weight) {
                        return value;
                    }
                    NDArray kernels = Patches.combine(value, filters);
                    kernels.attach(pass);
                    return kernels;
                }
            };
        }

        void holdKernels() {
            try (GradMode off = GradMode.off();
                    NDArray kernels = Patches.combine(weight.getArray(), filters)) {
                Copy.into(weight.getArray(), kernels);
            }
        }

        private void holdCoordinates() {
            try (GradMode off = GradMode.off();
                    NDArray coordinates = Patches.coordinates(weight.getArray(), filters)) {
                Copy.into(weight.getArray(), coordinates);
            }
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
            if (!measured) {
                plain.saveParameters(out);
                return;
            }
            // The very coordinates come back, so that a run which is saved goes on as one that is not.
            try (NDArray coordinates = weight.getArray().duplicate()) {
                holdKernels();
                try {
                    plain.saveParameters(out);
                } finally {
                    Copy.into(weight.getArray(), coordinates);
                }
            }
        }

        @Override
        public void loadParameters(NDManager manager, DataInputStream in) throws IOException, MalformedModelException {
            plain.loadParameters(manager, in);
            if (measured) {
                holdCoordinates();
            }
        }
    }
}
