package org.vivace.estimate;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The cost of one pass of a model, by operation. */
public final class Estimate {

    private final List<Operation> operations;
    private final Map<String, Recording> examples = new LinkedHashMap<>();
    private final List<Shape> trained;
    private final Memory memory;
    private final Update update;
    private final List<Shape> outputs;
    private final List<String> notes;
    private final List<String> leftOut;

    Estimate(
            List<Recording> recordings,
            List<Shape> trained,
            Memory memory,
            Update update,
            List<Shape> outputs,
            List<String> notes,
            List<String> leftOut) {
        List<Operation> all = new ArrayList<>();
        for (Recording recording : recordings) {
            Operation operation = recording.toOperation();
            all.add(operation);
            examples.putIfAbsent(operation.key(), recording);
        }
        this.operations = List.copyOf(all);
        this.trained = List.copyOf(trained);
        this.memory = memory;
        this.update = update;
        this.outputs = List.copyOf(outputs);
        this.notes = List.copyOf(notes);
        this.leftOut = List.copyOf(leftOut);
    }

    /** In execution order, including those recomputed in the backward pass. */
    public List<Operation> operations() {
        return operations;
    }

    /** Number of trained values. */
    public long parameters() {
        return trained.stream().mapToLong(Shape::size).sum();
    }

    /**
     * Two for each multiply-add in the forward pass and in its recomputation. Additions, norms and activations are not
     * counted.
     */
    public double forwardFlops() {
        return sum(Operation::forwardFlops);
    }

    /** Of the gradients of inputs and weights; the first layer has no gradient of its input. */
    public double backwardFlops() {
        return sum(Operation::backwardFlops);
    }

    public double flops() {
        return forwardFlops() + backwardFlops();
    }

    /** Read and written by all operations and the optimizer. */
    public double bytesMoved() {
        return sum(operation -> (double) operation.forwardBytes() + operation.backwardBytes()) + updateBytes();
    }

    /** Read and written by the optimizer's update. */
    public double updateBytes() {
        return update.bytes(parameters());
    }

    public Memory memory() {
        return memory;
    }

    /** The shapes of the model's outputs. */
    public List<Shape> outputs() {
        return outputs;
    }

    /** Assumptions and omissions, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** The paths of blocks that are counted as if they cost nothing; see {@link Estimator#inTraining}. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** The shapes of the trained parameters. */
    List<Shape> trained() {
        return trained;
    }

    Update update() {
        return update;
    }

    /** A recorded operation with that key. */
    Recording example(String key) {
        return Objects.requireNonNull(examples.get(key), "expected the key of one of the operations");
    }

    private double sum(ToDoubleFunction<Operation> part) {
        return operations.stream().mapToDouble(part).sum();
    }
}
