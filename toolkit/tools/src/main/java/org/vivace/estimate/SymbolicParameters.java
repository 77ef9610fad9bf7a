package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.MemoryFormat;

/** The parameters of a model as symbols: they need no values, and existing ones are not changed. */
final class SymbolicParameters extends ParameterStore {

    private final Trace trace;
    private final MemoryFormat images;
    private final Map<Object, SymbolicArray> arrays = new IdentityHashMap<>();

    /** @param images the memory layout of weights with four axes */
    SymbolicParameters(Trace trace, MemoryFormat images) {
        super(trace.system().proxy(), false);
        this.trace = trace;
        this.images = images;
    }

    /** The block's parameters, each once, even if a block is used twice or parameters are tied. */
    static Stream<Parameter> of(Block block) {
        Map<Object, Parameter> once = new IdentityHashMap<>();
        return block.getParameters().values().stream()
                .filter(parameter -> once.putIfAbsent(memory(parameter), parameter) == null);
    }

    /**
     * DJL knows the shape of a parameter that was made from an array, such as a TorchScript module's, only from that.
     */
    static Shape shape(Parameter parameter) {
        return parameter.getShape() == null ? parameter.getArray().getShape() : parameter.getShape();
    }

    /** An identity that is the same for parameters that share their values. */
    static Object memory(Parameter parameter) {
        return parameter.isInitialized() ? parameter.getArray() : parameter;
    }

    @Override
    public @Nullable NDArray getValue(@Nullable Parameter parameter, Device device, boolean training) {
        return parameter == null ? null : symbol(parameter).proxy();
    }

    SymbolicArray symbol(Parameter parameter) {
        return arrays.computeIfAbsent(memory(parameter), of -> make(parameter));
    }

    private SymbolicArray make(Parameter parameter) {
        Shape shape = shape(parameter);
        DataType type = DataType.FLOAT32;
        MemoryLedger.Storage storage = trace.ledger().storage(shape.size() * type.getNumOfBytes());
        long[] strides = shape.dimension() == 4 && images == MemoryFormat.CHANNELS_LAST
                ? Strides.nhwc(shape)
                : Strides.dense(shape);
        SymbolicArray array =
                new SymbolicArray(trace, shape, type, strides, storage, trace.system(), parameter).withData();
        if (parameter.requiresGradient()) {
            array.becomesLeaf();
            trace.parameterLeaf(array.node());
        }
        return array;
    }
}
