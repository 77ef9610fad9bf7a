package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a forward pass that keep only their inputs and are recomputed in the backward pass; the counterpart of
 * {@link org.vivace.torch.CheckpointTape} for symbolic arrays.
 */
final class Recomputation {

    private record Part(UnaryOperator<NDList> body, List<SymbolicArray> inputs, List<SymbolicArray> outputs) {}

    private final Trace trace;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final Map<GradientNode, MemoryLedger.Storage> gradients = new HashMap<>();

    Recomputation(Trace trace) {
        this.trace = trace;
    }

    NDList run(UnaryOperator<NDList> body, NDList inputs) {
        if (!trace.recordsGradients()) {
            return body.apply(inputs);
        }
        List<SymbolicArray> given = symbols(inputs);
        List<SymbolicArray> outputs = new ArrayList<>();
        trace.recordGradients(false);
        trace.openScope();
        try {
            for (SymbolicArray output : symbols(body.apply(new NDList(inputs)))) {
                outputs.add(given.contains(output) ? detached(output) : output);
            }
        } finally {
            trace.closeScope(outputs);
            trace.recordGradients(true);
        }
        outputs.stream().filter(output -> Types.isFloating(output.type())).forEach(SymbolicArray::becomesLeaf);
        parts.push(new Part(body, given, outputs));
        NDList result = new NDList();
        outputs.forEach(output -> result.add(output.proxy()));
        return result;
    }

    /** The backward pass of the loss, and then of each part, from the last to the first. */
    void backward(SymbolicArray loss) {
        GradientPass.from(trace.ledger(), loss, !parts.isEmpty(), this::keep);
        while (!parts.isEmpty()) {
            backward(parts.pop());
        }
    }

    private void backward(Part part) {
        if (part.outputs().stream().allMatch(output -> gradient(output) == null)) {
            return;
        }
        trace.openScope();
        List<SymbolicArray> leaves = new ArrayList<>();
        NDList again = new NDList();
        for (SymbolicArray input : part.inputs()) {
            SymbolicArray leaf = Types.isFloating(input.type()) ? detached(input) : input;
            if (leaf != input) {
                leaf.becomesLeaf();
            }
            leaves.add(leaf);
            again.add(leaf.proxy());
        }
        trace.openScope();
        trace.enterAutocast();
        List<SymbolicArray> outputs = symbols(part.body().apply(again));
        trace.leaveAutocast();
        trace.closeScope(outputs);
        for (int i = 0; i < outputs.size(); i++) {
            MemoryLedger.Storage gradient = gradient(part.outputs().get(i));
            if (gradient != null && outputs.get(i).differentiable()) {
                GradientPass.from(trace.ledger(), outputs.get(i), outputs.size() > 1, this::keep);
            }
        }
        for (int i = 0; i < leaves.size(); i++) {
            SymbolicArray input = part.inputs().get(i);
            MemoryLedger.Storage gradient = takeGradient(leaves.get(i));
            if (gradient != null) {
                if (input.differentiable()) {
                    GradientPass.from(trace.ledger(), input, true, this::keep);
                }
                gradient.release();
            }
        }
        for (SymbolicArray output : part.outputs()) {
            MemoryLedger.Storage gradient = takeGradient(output);
            if (gradient != null) {
                gradient.release();
            }
        }
        trace.closeScope(List.of());
    }

    /** Accumulates the gradient of a leaf that is not a parameter. */
    private void keep(GradientNode leaf, MemoryLedger.Storage gradient) {
        if (trace.isParameter(leaf) || gradients.putIfAbsent(leaf, gradient) != null) {
            gradient.release();
        }
    }

    private MemoryLedger.@Nullable Storage gradient(SymbolicArray array) {
        return array.differentiable() ? gradients.get(array.node()) : null;
    }

    private MemoryLedger.@Nullable Storage takeGradient(SymbolicArray array) {
        return array.differentiable() ? gradients.remove(array.node()) : null;
    }

    private SymbolicArray detached(SymbolicArray array) {
        return TracedBlocks.symbol(array.proxy().stopGradient());
    }

    private static List<SymbolicArray> symbols(NDList arrays) {
        List<SymbolicArray> symbols = new ArrayList<>();
        for (NDArray array : arrays) {
            symbols.add(TracedBlocks.symbol(array));
        }
        return symbols;
    }
}
