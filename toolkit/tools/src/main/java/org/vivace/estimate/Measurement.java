package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * What a block, or an operation, was seen to cost when it ran for real.
 *
 * @param backward of nothing where no gradient was recorded
 * @param kept bytes that open NDArrays keep after the forward pass, beside the outputs, and autograd does not
 * @param keptAndSaved bytes that both keep
 * @param saved bytes that autograd alone keeps
 * @param disturbed whether other work held the processors each time that it was timed, so that its seconds are not to be
 *     believed
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
     * @param differentiable whether a gradient comes back through it
     * @param input which of the inputs it is, or -1 where it is an array of its own
     */
    record Output(Shape shape, DataType type, boolean differentiable, int input) {}

    /**
     * One direction.
     *
     * @param flops of its products and convolutions
     * @param bytes read and written
     * @param peak the most bytes it held at one moment above what was held when it began
     */
    record Work(double flops, long bytes, double seconds, long peak) {}

    Measurement {
        outputs = List.copyOf(outputs);
    }

    /** Of a block that is not run and counts as if it cost nothing. */
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
