package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * The measured cost of a block or an operation.
 *
 * @param backward empty work if no gradient was recorded
 * @param kept bytes that open NDArrays keep after the forward pass, beside the outputs, but autograd does not
 * @param keptAndSaved bytes that both keep
 * @param saved bytes that autograd alone keeps
 * @param disturbed whether other processes disturbed every timing, so that its seconds cannot be trusted
 */
record Measurement(
        List<Output> outputs,
        Work forward,
        Work backward,
        long kept,
        long keptAndSaved,
        long saved,
        boolean disturbed) {

    /**
     * @param differentiable whether a gradient flows back through it
     * @param input index of the input that it is, or -1 if it is a new array
     */
    record Output(Shape shape, DataType type, boolean differentiable, int input) {}

    /**
     * One direction.
     *
     * @param flops of its products and convolutions
     * @param bytes read and written
     * @param peak peak bytes above those held at its beginning
     */
    record Work(double flops, long bytes, double seconds, long peak) {}

    Measurement {
        outputs = List.copyOf(outputs);
    }

    /** Of a block that is not run and counts as free. */
    static Measurement ofNothing(List<Shape> made) {
        Work nothing = new Work(0, 0, 0, 0);
        List<Output> outputs = made.stream()
                .map(shape -> new Output(shape, DataType.FLOAT32, true, -1))
                .toList();
        return new Measurement(outputs, nothing, nothing, 0, 0, 0, false);
    }

    boolean differentiable() {
        return outputs.stream().anyMatch(Output::differentiable);
    }
}
