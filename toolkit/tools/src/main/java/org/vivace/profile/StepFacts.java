package org.vivace.profile;

import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/**
 * What is known of a step beside its times.
 *
 * @param sampleBySample whether the data set hands out samples one at a time, to be stacked
 * @param paddingShare of the positions of its batches, in [0, 1]
 * @param input the shape of a batch's first array
 * @param slowestListener the class of the listener that takes the most time, where one takes any
 * @param parameterArrays how many arrays the optimizer changes
 */
record StepFacts(
        boolean sampleBySample,
        double paddingShare,
        Shape input,
        Optional<String> slowestListener,
        int parameterArrays,
        long parameterBytes) {

    /** Less is the price of having batches at all. */
    static final double MUCH_PADDING = 0.1;

    /** A block that begins more by itself has a loop in it. */
    static final int MANY_OPERATORS = 100;

    long batchSize() {
        return input.dimension() == 0 ? 1 : input.get(0);
    }
}
