package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.MemoryFormat;

/** The parameters of one block with values: copies of existing ones, else initial ones. */
final class RealParameters extends ParameterStore {

    private final NDManager manager;
    private final MemoryFormat images;
    private final Map<Object, NDArray> arrays = new IdentityHashMap<>();

    /**
     * @param manager owns the arrays
     * @param images the memory layout of weights with four axes
     */
    RealParameters(NDManager manager, MemoryFormat images) {
        super(manager, false);
        this.manager = manager;
        this.images = images;
    }

    @Override
    public @Nullable NDArray getValue(@Nullable Parameter parameter, Device device, boolean training) {
        return parameter == null
                ? null
                : arrays.computeIfAbsent(SymbolicParameters.memory(parameter), of -> make(parameter));
    }

    Collection<NDArray> arrays() {
        return arrays.values();
    }

    private NDArray make(Parameter parameter) {
        boolean given = parameter.isInitialized() && !Trace.isSymbolic(parameter.getArray());
        NDArray values = given
                ? parameter.getArray().toDevice(manager.getDevice(), true)
                : parameter.getInitializer().initialize(manager, parameter.getShape(), DataType.FLOAT32);
        NDArray array = values.getShape().dimension() == 4 ? images.of(values) : values;
        array.attach(manager);
        array.setRequiresGradient(parameter.requiresGradient());
        return array;
    }
}
