package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Autocast;
import org.vivace.torch.Autograd;
import org.vivace.torch.Cast;
import org.vivace.torch.DeviceWork;
import org.vivace.torch.GradMode;
import org.vivace.torch.Gradients;
import org.vivace.torch.HeldMemory;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

/**
 * One real forward pass of a block, and its backward pass if one is recorded; its arrays are freed when this is closed.
 */
final class RealPass implements AutoCloseable {

    /** A block's forward pass, or an operation, on arrays with values. */
    @FunctionalInterface
    interface Body {
        /** @param labels the labels, for a block's pass that takes them */
        NDList run(ParameterStore parameters, NDList inputs, Optional<NDList> labels);
    }

    /**
     * What runs, and its operands.
     *
     * @param images the memory layout of weights with four axes
     */
    record Setting(
            Body body,
            List<Operand> inputs,
            Optional<List<Operand>> labels,
            Device device,
            Precision autocast,
            MemoryFormat images,
            boolean recorded) {

        /**
         * A sentence on how it was measured.
         *
         * @param why the rest of a sentence that begins with "since"
         */
        String note(String what, String why) {
            boolean whole = inputs.stream().anyMatch(input -> !Types.isFloating(input.type()));
            boolean real = inputs.stream().anyMatch(input -> Types.isFloating(input.type()));
            return what + " was measured once, since " + why + ": it ran alone on "
                    + (real ? "random numbers" : "")
                    + (real && whole ? " and, for whole ones, " : "")
                    + (whole ? "zeros" : "")
                    + (HeldMemory.bytes(device).isPresent()
                            ? ""
                            : "; of its memory only that of its results is counted, since this system does not report"
                                    + " more");
        }
    }

    private final Setting setting;
    private final RealParameters parameters;
    private final NDManager scope;
    private final NDList inputs;
    private final Optional<NDList> labels;
    private final List<NDArray> before;
    private NDList outputs = new NDList();
    private @Nullable NDArray sum;
    private @Nullable NDArray gradient;

    RealPass(Setting setting, RealParameters parameters, NDManager parent) {
        this.setting = setting;
        this.parameters = parameters;
        scope = parent.newSubManager();
        // Results of operations on a parameter are attached to the parameter's manager.
        parameters.arrays().forEach(array -> array.tempAttach(scope));
        inputs = values(setting.inputs());
        labels = setting.labels().map(this::values);
        before = scope.getManagedArrays();
    }

    /** Random numbers; integers are zeros, which are valid indices into any array, and booleans are true. */
    private NDList values(List<Operand> operands) {
        NDList values = new NDList();
        for (Operand operand : operands) {
            NDArray value = operand.type() == DataType.BOOLEAN
                    ? scope.ones(operand.shape(), DataType.BOOLEAN)
                    : RandomNumbers.like(operand, 1, scope);
            if (setting.recorded() && operand.differentiable()) {
                value = Autograd.leaf(value);
                value.attach(scope);
            }
            values.add(value);
        }
        return values;
    }

    void forward() {
        try (GradMode mode = setting.recorded() ? GradMode.on() : GradMode.off()) {
            NDList given = new NDList(inputs);
            if (setting.autocast() == Precision.FLOAT32) {
                outputs = setting.body().run(parameters, given, labels);
            } else {
                try (Autocast low = Autocast.enter(setting.device(), setting.autocast())) {
                    outputs = setting.body().run(parameters, given, labels);
                }
            }
        }
        DeviceWork.await(setting.device());
    }

    /** Makes the outputs that the backward pass begins with. */
    void prepareBackward() {
        List<NDArray> reached = outputs.stream().filter(this::differentiable).toList();
        if (reached.size() == 1) {
            sum = reached.get(0);
        } else if (!reached.isEmpty()) {
            try (GradMode mode = GradMode.on()) {
                sum = reached.stream()
                        .map(array -> floats(array).sum())
                        .reduce(NDArray::add)
                        .orElseThrow();
            }
        }
        Shape shape = sum == null ? new Shape() : sum.getShape();
        NDArray ones = scope.ones(shape, DataType.FLOAT32);
        gradient = sum == null || sum.getDataType() == DataType.FLOAT32 ? ones : Cast.to(ones, Precision.of(sum));
    }

    private static NDArray floats(NDArray array) {
        return array.getDataType() == DataType.FLOAT32 ? array : Cast.to(array, Precision.FLOAT32);
    }

    private boolean differentiable(NDArray output) {
        return setting.recorded()
                && (output.getDataType() == DataType.UNKNOWN || Types.isFloating(output.getDataType()))
                && Autograd.reaches(output);
    }

    void backward() {
        if (sum != null && gradient != null) {
            Autograd.backward(sum, gradient, false);
            DeviceWork.await(setting.device());
        }
    }

    /** The bytes of the inputs' current gradients. */
    long gradientBytes() {
        return inputs.stream()
                .filter(input -> Autograd.endsAt(input) && Gradients.exists(input))
                .mapToLong(RealPass::bytes)
                .sum();
    }

    void closeGradient() {
        if (gradient != null) {
            gradient.close();
        }
        if (sum != null && !contains(outputs, sum)) {
            sum.close();
        }
    }

    /** Closes all arrays except the block's inputs and outputs. */
    void closeIntermediate() {
        for (NDArray array : scope.getManagedArrays()) {
            if (!contains(before, array) && !contains(outputs, array)) {
                array.close();
            }
        }
    }

    private static boolean contains(List<NDArray> arrays, NDArray looked) {
        return indexOf(arrays, looked) >= 0;
    }

    private static int indexOf(List<NDArray> arrays, NDArray looked) {
        for (int i = 0; i < arrays.size(); i++) {
            if (arrays.get(i) == looked) {
                return i;
            }
        }
        return -1;
    }

    List<Measurement.Output> outputs() {
        return outputs.stream()
                .map(array -> new Measurement.Output(
                        array.getShape(), type(array), differentiable(array), indexOf(inputs, array)))
                .toList();
    }

    private static DataType type(NDArray array) {
        return array.getDataType() == DataType.UNKNOWN ? DataType.BFLOAT16 : array.getDataType();
    }

    private static long bytes(NDArray array) {
        return array.getShape().size() * type(array).getNumOfBytes();
    }

    @Override
    public void close() {
        scope.close();
    }
}
