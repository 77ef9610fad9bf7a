package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Activation checkpointing (<a href="https://arxiv.org/abs/1604.06174">Chen et al. 2016</a>): parts of a forward pass
 * that keep only their inputs, and are computed again when the backward pass reaches them.
 *
 * <p>A part's outputs are leaves, where the backward pass of the loss ends; {@link BackwardTape} then continues behind
 * them, from the last part to the first: it computes a part again with a graph, runs the gradient of its outputs
 * backward through that, and passes the gradient of its inputs on to the graph that computed those. Gradients add up,
 * so it does not matter by how many paths an input is reached, nor in how many forward passes.
 *
 * <p>For one thread. A part's forward pass must not change lasting state, because it runs twice.
 */
public final class CheckpointTape {

    /** @param inputs, outputs the tape's own handles, since a block may close its inputs and outputs */
    private final class Part implements BackwardTape.Part {

        private final UnaryOperator<NDList> body;
        private final NDList inputs;
        private final NDList outputs;
        private final long seed;
        private final Autocast.State autocast;

        Part(UnaryOperator<NDList> body, NDList inputs, NDList outputs, long seed, Autocast.State autocast) {
            this.body = body;
            this.inputs = handles(inputs);
            this.outputs = handles(outputs);
            this.seed = seed;
            this.autocast = autocast;
        }

        @Override
        public NDList leaves() {
            return outputs;
        }

        @Override
        public NDList inputs() {
            return inputs;
        }

        @Override
        public void backward() {
            CheckpointTape.this.backward(this);
        }

        @Override
        public void forget() {
            inputs.close();
            outputs.close();
        }

        private NDList handles(NDList arrays) {
            NDList handles = new NDList(arrays.size());
            for (NDArray array : arrays) {
                NDManager owner = keeper != null && keeper.isOpen() ? keeper : array.getManager();
                handles.add(Autograd.handle(array, owner));
            }
            return handles;
        }
    }

    /** A running part, and the number of nested parts that have begun in it. */
    private static final class Running {
        private final long seed;
        private long begun;

        Running(long seed) {
            this.seed = seed;
        }
    }

    private final Deque<Running> running = new ArrayDeque<>();
    private @Nullable NDManager keeper;

    /**
     * Sets the manager that owns the tape's arrays from now on. Without it, each array's own manager does; a block with
     * its own manager, such as DJL's BertBlock, closes that before the backward pass.
     *
     * @param manager one that stays open until the backward pass is done, such as the batch's
     */
    public void keepWith(NDManager manager) {
        keeper = manager;
    }

    /**
     * Runs {@code body} without recording it. If recording is off anyway, this only calls {@code body}.
     *
     * @param seed seeds libtorch's generator before both runs of the body, so that dropout is the same; a nested part
     *     derives its seed from its outer part's
     * @param inputs arrays whose managers stay open until the backward pass is done
     * @return the outputs, leaves that require a gradient if they are floating-point
     * @throws IllegalStateException if the body changes an input in place; the backward pass throws it if something
     *     else has changed one since
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
                // An output that is an unchanged input must not become a leaf, since the caller holds it.
                boolean given = inputs.stream().anyMatch(input -> input == output);
                outputs.add(given ? output.stopGradient() : output);
            }
            NDScope.unregister(outputs);
        }
        outputs.stream().filter(Autograd::differentiable).forEach(output -> output.setRequiresGradient(true));
        BackwardTape.push(new Part(checked, inputs, outputs, seed, autocast), this);
        return outputs;
    }

    /** Whether no part of this tape waits for a backward pass. */
    public boolean isEmpty() {
        return !BackwardTape.holds(this);
    }

    /** Forgets the parts of forward passes that no backward pass will follow. */
    public void clear() {
        BackwardTape.forget(this);
    }

    private void backward(Part part) {
        try (NDScope scope = new NDScope();
                GradMode mode = GradMode.on()) {
            scope.suppressNotUsedWarning();
            NDList leaves = new NDList();
            for (NDArray input : part.inputs) {
                leaves.add(Autograd.differentiable(input) ? Autograd.leaf(input) : input);
            }
            BackwardTape tape = BackwardTape.current();
            long mark = tape.mark();
            NDScope intermediates = new NDScope();
            try {
                NDList outputs = recompute(part, leaves);
                NDScope.unregister(outputs);
                // A nested part has put itself on the tape during this second run and will need its inputs. Without
                // one, autograd frees what it no longer needs.
                boolean inner = tape.mark() > mark;
                if (!inner) {
                    intermediates.close();
                }
                sendBack(part, outputs, inner);
                tape.continueBackward(mark);
            } finally {
                tape.forgetFrom(mark);
                intermediates.close();
            }
            for (int i = 0; i < leaves.size(); i++) {
                passOn(part.inputs.get(i), leaves.get(i));
            }
        }
    }

    private NDList recompute(Part part, NDList leaves) {
        try (Autocast scope = part.autocast.enter()) {
            return seeded(part.body, leaves, part.seed);
        }
    }

    private static void sendBack(Part part, NDList outputs, boolean keepGraph) {
        outputs.forEach(NDScope::register);
        List<NDArray> from = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            NDArray output = part.outputs.get(i);
            if (Autograd.hasReached(output) && Autograd.reaches(outputs.get(i))) {
                from.add(outputs.get(i));
                gradients.add(output.getGradient());
            }
        }
        if (!from.isEmpty()) {
            Autograd.backward(from, gradients, keepGraph);
        }
    }

    private static void passOn(NDArray input, NDArray leaf) {
        if (leaf != input && Gradients.exists(leaf) && Autograd.reaches(input)) {
            Autograd.backward(input, leaf.getGradient(), true);
        }
    }
}
