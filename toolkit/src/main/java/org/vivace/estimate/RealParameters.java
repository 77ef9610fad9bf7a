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

/** The parameters of one block with values: copies of those it has, and initial ones where it has none. */
final class RealParameters extends ParameterStore {

    private final NDManager manager;
    private final Map<Parameter, NDArray> arrays = new IdentityHashMap<>();

    /** @param manager owns the arrays */
    RealParameters(NDManager manager) {
        super(manager, false);
        this.manager = manager;
    }

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
        return parameter == null ? null : arrays.computeIfAbsent(parameter, this::make);
    }

    Collection<NDArray> arrays() {
        return arrays.values();
    }

    private NDArray make(Parameter parameter) {
        boolean given = parameter.isInitialized() && !Trace.isSymbolic(parameter.getArray());
        NDArray array = given
                ? parameter.getArray().toDevice(manager.getDevice(), true)
                : parameter.getInitializer().initialize(manager, parameter.getShape(), DataType.FLOAT32);
        array.attach(manager);
        array.setRequiresGradient(parameter.requiresGradient());
        return array;
    }
}
