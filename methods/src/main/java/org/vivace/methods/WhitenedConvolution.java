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
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Copy;
import org.vivace.torch.GradMode;
import org.vivace.torch.Patches;
import org.vivace.train.State;

/**
 * A convolution whose weight holds coordinates once the filters are measured; each pass combines the kernels from them.
 * Before that it is a plain convolution. Outside of the run, and in saved parameters, there are only kernels.
 */
final class WhitenedConvolution extends AbstractBlock {

    private final Conv2d plain;
    private final Parameter weight;
    private final double eps;
    private final boolean trained;
    private @Nullable NDArray filters;
    private boolean measured;

    WhitenedConvolution(Conv2d plain, double eps) {
        this.plain = addChildBlock("convolution", plain);
        this.eps = eps;
        weight = plain.getDirectParameters().get("weight");
        trained = weight.isInitialized();
    }

    /** Creates the filters once the weights exist; they are then measured or read from a save. */
    void makeFilters() {
        NDArray values = weight.getArray();
        long size = values.size() / values.getShape().get(0);
        filters = values.getManager().zeros(new Shape(size, size), DataType.FLOAT32);
    }

    private NDArray filters() {
        if (filters == null) {
            throw new IllegalStateException(
                    "PatchWhitening: expected the run to have begun, got a training pass before it:"
                            + " call trainer.forward(data, labels), or run.step in your own loop");
        }
        return filters;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return plain.getOutputShapes(inputShapes);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        plain.initialize(manager, dataType, inputShapes);
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return plain.describeInput();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        if (training && !measured) {
            measure(inputs.singletonOrThrow());
        }
        return plain.forward(measured ? combining(store, inputs.head().getManager()) : store, inputs, training, params);
    }

    private void measure(NDArray images) {
        NDArray measuring = filters();
        try (NDArray found = PatchWhitening.filters(images, plain.getKernelShape(), plain.getDilation(), eps)) {
            Copy.into(measuring, found);
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
                // A pass may be on another device than the weights.
                NDArray there = Copy.ifElsewhere(filters(), value.getDevice(), pass);
                NDArray kernels = Patches.combine(value, there);
                kernels.attach(pass);
                return kernels;
            }
        };
    }

    /** Outside autograd, like its inverse: only the weight's values change. */
    void holdKernels() {
        try (GradMode off = GradMode.off();
                NDArray kernels = Patches.combine(weight.getArray(), filters())) {
            Copy.into(weight.getArray(), kernels);
        }
    }

    private void holdCoordinates() {
        try (GradMode off = GradMode.off();
                NDArray coordinates = Patches.coordinates(weight.getArray(), filters())) {
            Copy.into(weight.getArray(), coordinates);
        }
    }

    boolean measured() {
        return measured;
    }

    void save(State.Writer state) {
        state.number("measured", measured ? 1 : 0);
        state.array("filters", filters());
    }

    void load(State.Reader state) {
        measured = state.number("measured") == 1;
        state.array("filters", filters());
    }

    /** Frees the filters. */
    void free() {
        if (filters != null) {
            filters.close();
        }
    }

    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
        if (!measured) {
            plain.saveParameters(out);
            return;
        }
        // The exact coordinates are restored, so that saving does not change the run.
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
