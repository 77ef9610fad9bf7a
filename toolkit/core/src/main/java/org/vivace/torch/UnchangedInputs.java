package org.vivace.torch;

import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A body that runs twice and needs the same inputs both times: neither it nor anything after it may change them in
 * place. libtorch counts such changes, for each array and all its views together.
 */
final class UnchangedInputs implements UnaryOperator<NDList> {

    private static final String ADVICE =
            " in place, and its forward pass is run a second time on them: use the operation that makes a new array"
                    + " (add for addi), or exclude the block from checkpointing";

    private final UnaryOperator<NDList> body;
    private final List<Integer> versions;

    UnchangedInputs(UnaryOperator<NDList> body, NDList inputs) {
        this.body = body;
        versions = versions(inputs);
    }

    /** @throws IllegalStateException if the inputs have been changed since, or are now */
    @Override
    public NDList apply(NDList inputs) {
        NDList own = new NDList(inputs); // a block may add to its list
        require(
                own,
                "expected a checkpointed block whose inputs stay as they are, found that something after it changes"
                        + " them");
        NDList outputs = body.apply(inputs);
        require(own, "expected a checkpointed block that leaves its inputs as they are, found that it changes them");
        return outputs;
    }

    private void require(NDList inputs, String sentence) {
        if (!versions(inputs).equals(versions)) {
            throw new IllegalStateException(sentence + ADVICE);
        }
    }

    private static List<Integer> versions(NDList arrays) {
        return arrays.stream().map(Autograd::version).toList();
    }
}
