package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One forward pass of a model whose gradients are too small for its precision (<a
 * href="https://arxiv.org/abs/1710.03740">Micikevicius et al. 2018</a>, section 3.2): the gradients of its outputs are
 * multiplied by a scale, and those of its inputs and parameters are divided by it. So the scale is not visible outside
 * of the pass, which works with any loss, any number of forward and backward passes, and other models before and after
 * this one.
 */
public final class ScaledPass {

    private final NDArray scale;
    private final NDArray found;
    private final Supplier<TensorList> parameters;
    private final long mark = BackwardTape.current().mark();
    private final NDList given = new NDList();
    private final NDList entering = new NDList();

    /**
     * @param scale an fp32 array of shape (1), &gt; 0
     * @param found an fp32 array of shape (1), which becomes 1 if a gradient is not finite
     * @param parameters the parameters that have gradients at the time of the call
     */
    public ScaledPass(NDArray scale, NDArray found, Supplier<TensorList> parameters) {
        this.scale = scale;
        this.found = found;
        this.parameters = parameters;
    }

    /** The inputs for the model; those that a backward pass would continue through are detached from their graph. */
    public NDList enter(NDList inputs) {
        NDList seen = new NDList(inputs.size());
        for (NDArray input : inputs) {
            NDArray leaf = leafOf(input);
            if (leaf != input) {
                given.add(input);
                entering.add(leaf);
            }
            seen.add(leaf);
        }
        return seen;
    }

    /** The detached array, or the array itself if no backward pass would continue through it. */
    private static NDArray leafOf(NDArray array) {
        if (!Autograd.differentiable(array) || !Autograd.reaches(array)) {
            return array;
        }
        NDArray leaf = Autograd.leaf(array);
        leaf.setName(array.getName());
        return leaf;
    }

    /**
     * Ends the pass.
     *
     * @param owner the key for {@link BackwardTape#forget}
     * @return leaves in place of the outputs, to compute the loss from
     */
    public NDList leave(NDList outputs, Object owner) {
        NDList ends = new NDList();
        NDList leaves = new NDList();
        NDList result = new NDList(outputs.size());
        for (NDArray output : outputs) {
            NDArray leaf = leafOf(output);
            if (leaf != output) {
                ends.add(Autograd.handle(output, output.getManager()));
                leaves.add(Autograd.handle(leaf, leaf.getManager()));
            }
            result.add(leaf);
        }
        if (!leaves.isEmpty()) {
            BackwardTape.push(new Pass(ends, leaves), owner);
        }
        return result;
    }

    private final class Pass implements BackwardTape.Part {

        private final NDList ends;
        private final NDList leaves;

        Pass(NDList ends, NDList leaves) {
            this.ends = ends;
            this.leaves = leaves;
        }

        @Override
        public NDList leaves() {
            return leaves;
        }

        @Override
        public NDList inputs() {
            return given;
        }

        @Override
        public void backward() {
            // Gradients accumulated so far, by earlier passes or by a loss on the weights themselves.
            LossScaling.scale(parameters.get(), scale);
            boolean inner = BackwardTape.keepsGraph();
            List<NDArray> from = new ArrayList<>();
            List<NDArray> gradients = new ArrayList<>();
            for (int i = 0; i < ends.size(); i++) {
                if (Gradients.exists(leaves.get(i))) {
                    from.add(ends.get(i));
                    try (NDArray gradient = leaves.get(i).getGradient()) {
                        gradients.add(gradient.mul(scaleFor(gradient)));
                    }
                }
            }
            Autograd.backward(from, gradients, inner);
            gradients.forEach(NDArray::close);
            BackwardTape.current().continueBackward(mark);
            LossScaling.unscale(parameters.get(), found, scale);
            for (int i = 0; i < given.size(); i++) {
                passOn(given.get(i), entering.get(i));
            }
        }

        /** A pass may be on another device than the parameters, whose gradients the scale is for. */
        private NDArray scaleFor(NDArray gradient) {
            return Copy.ifElsewhere(scale, gradient.getDevice(), gradient.getManager());
        }

        private void passOn(NDArray input, NDArray leaf) {
            if (Gradients.exists(leaf)) {
                try (NDArray gradient = leaf.getGradient();
                        NDArray plain = gradient.div(scaleFor(gradient))) {
                    Autograd.backward(input, plain, true);
                }
            }
        }

        @Override
        public void forget() {
            ends.close();
            leaves.close();
        }
    }
}
