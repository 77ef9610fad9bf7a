package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/**
 * Activation checkpointing (<a href="https://arxiv.org/abs/1604.06174">Chen et al. 2016</a>): parts of a forward pass
 * that keep their inputs only, and are computed again when the backward pass comes to them.
 *
 * <p>libtorch cannot be told from Java to call back in the middle of its backward pass, so the graph is cut: a part's
 * outputs are leaves, where the backward pass of the loss ends; {@link #backward} then goes through the parts from last
 * to first, computes each again with a graph, sends the gradient of its outputs through that, and the gradient of its
 * inputs on into whatever computed those. Gradients add up, so it does not matter by how many ways an input is reached.
 *
 * <p>For one thread; not for parts whose forward pass changes anything that lasts: they are run twice.
 */
public final class CheckpointTape {

    private record Part(
            UnaryOperator<NDList> body, NDList inputs, NDList outputs, long seed, Autocast.State autocast) {}

    /** A part that is running, and how many parts within it have begun. */
    private static final class Running {
        private final long seed;
        private long begun;

        Running(long seed) {
            this.seed = seed;
        }
    }

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Deque<Running> running = new ArrayDeque<>();

    /**
     * Runs {@code body} without recording it. Where nothing is being recorded anyway it simply runs.
     *
     * @param seed seeds libtorch's generator before the body runs, both times, so that dropout falls the same way; a
     *     part within a part gets its seed from that one
     * @param inputs arrays that close no earlier than {@link #backward} is done
     * @return the outputs, leaves that require a gradient where they are floating-point
     * @throws IllegalStateException where the body changes an input in place; the backward pass throws it where
     *     something else has, since
     */
    public NDList run(UnaryOperator<NDList> body, NDList inputs, long seed) {
        Running outer = running.peek();
        if (outer == null && !Autograd.recording()) {
            return body.apply(inputs);
        }
        long own = outer == null ? seed : Seeds.derive(outer.seed, "part", outer.begun++);
        return Autograd.recording() ? record(body, inputs, own) : seeded(body, inputs, own);
    }

    private NDList seeded(UnaryOperator<NDList> body, NDList inputs, long seed) {
        JniUtils.setSeed(seed);
        running.push(new Running(seed));
        try {
            return body.apply(new NDList(inputs));
        } finally {
            running.pop();
        }
    }

    private NDList record(UnaryOperator<NDList> body, NDList inputs, long seed) {
        Autocast.State autocast = Autocast.current(inputs.head().getDevice());
        UnaryOperator<NDList> checked = new UnchangedInputs(body, inputs);
        NDList outputs = new NDList();
        try (NDScope scope = new NDScope();
                GradMode mode = GradMode.off()) {
            scope.suppressNotUsedWarning();
            for (NDArray output : seeded(checked, inputs, seed)) {
                // An output that is an input as it came must not become a leaf in the caller's hands.
                boolean given = inputs.stream().anyMatch(input -> input == output);
                outputs.add(given ? output.stopGradient() : output);
            }
            NDScope.unregister(outputs);
        }
        outputs.stream().filter(CheckpointTape::differentiable).forEach(output -> output.setRequiresGradient(true));
        parts.push(new Part(checked, new NDList(inputs), outputs, seed, autocast));
        return outputs;
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Forgets the parts of a forward pass that no backward pass will follow. */
    public void clear() {
        parts.clear();
    }

    /**
     * Continues a backward pass that has ended at the parts' outputs. The pass before it must have kept its graph
     * wherever a part's input has a history, since that is gone through again.
     */
    public void backward() {
        backwardTo(0);
    }

    private void backwardTo(int size) {
        while (parts.size() > size) {
            backward(parts.pop());
        }
    }

    private void backward(Part part) {
        NDList reached = new NDList();
        for (NDArray output : part.outputs()) {
            if (differentiable(output) && Gradients.exists(output)) {
                reached.add(output);
            }
        }
        if (reached.isEmpty()) {
            return;
        }
        try (NDScope scope = new NDScope();
                GradMode mode = GradMode.on()) {
            scope.suppressNotUsedWarning();
            NDList leaves = new NDList();
            for (NDArray input : part.inputs()) {
                leaves.add(differentiable(input) ? Autograd.leaf(input) : input);
            }
            int size = parts.size();
            NDScope intermediates = new NDScope();
            try {
                NDList outputs = recompute(part, leaves);
                NDScope.unregister(outputs);
                // A part within this part has put itself on the tape while it was computed again, with inputs that it
                // will want. Where there is none, autograd alone knows what is still needed.
                if (parts.size() == size) {
                    intermediates.close();
                }
                sendBack(part, outputs);
                backwardTo(size);
            } finally {
                intermediates.close();
            }
            for (int i = 0; i < leaves.size(); i++) {
                passOn(part.inputs().get(i), leaves.get(i));
            }
            reached.forEach(Autograd::freeGradient);
        }
    }

    private NDList recompute(Part part, NDList leaves) {
        try (Autocast scope = part.autocast().enter()) {
            return seeded(part.body(), leaves, part.seed());
        }
    }

    private static void sendBack(Part part, NDList outputs) {
        outputs.forEach(NDScope::register);
        for (int i = 0; i < outputs.size(); i++) {
            NDArray output = part.outputs().get(i);
            if (differentiable(output) && Gradients.exists(output) && Autograd.reaches(outputs.get(i))) {
                Autograd.backward(outputs.get(i), output.getGradient(), outputs.size() > 1);
            }
        }
    }

    private static void passOn(NDArray input, NDArray leaf) {
        if (leaf != input && Gradients.exists(leaf) && Autograd.reaches(input)) {
            Autograd.backward(input, leaf.getGradient(), true);
        }
    }

    private static boolean differentiable(NDArray array) {
        DataType type = array.getDataType();
        return type == DataType.UNKNOWN || type.isFloating();
    }
}
