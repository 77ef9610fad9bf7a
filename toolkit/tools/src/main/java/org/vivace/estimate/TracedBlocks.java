package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.vivace.train.ForwardCall;
import org.vivace.train.Surgery;

/**
 * Reports the running block to a trace; the model is restored when this is closed.
 *
 * <p>Blocks that their parent holds in a field of their own type cannot be observed: their operations count as their
 * parent's, unless they read one of their parameters.
 */
final class TracedBlocks implements AutoCloseable {

    private final Trace trace;
    private final Recomputation recomputation;
    private final Set<String> recomputed;
    private final MeasuredBlocks measured;
    private final Surgery surgery;
    private int watchedAndRecomputed;

    /** @param recomputed the paths of the blocks that are recomputed in the backward pass */
    TracedBlocks(
            Trace trace, Block root, Recomputation recomputation, Set<String> recomputed, MeasuredBlocks measured) {
        this.trace = trace;
        this.recomputation = recomputation;
        this.recomputed = recomputed;
        this.measured = measured;
        surgery = Surgery.on(root, "the estimate");
        for (Pair<String, Parameter> parameter : root.getDirectParameters()) {
            trace.place(parameter.getValue(), "");
        }
        for (Surgery.Place place : surgery.places()) {
            place.block().getDirectParameters().values().forEach(parameter -> trace.place(parameter, place.path()));
        }
        surgery.replaceWherePossible(this::watched);
        if (watchedAndRecomputed < recomputed.size()) {
            close();
            throw new IllegalArgumentException(
                    "expected blocks that can be replaced, found that the model keeps one of " + recomputed
                            + " in a field of its own type: they cannot be checkpointed");
        }
    }

    /** A block inside a measured one runs unchanged. */
    private Block watched(Surgery.Place place) {
        if (measured.isWithin(place.path())) {
            return place.block();
        }
        if (recomputed.contains(place.path())) {
            watchedAndRecomputed++;
        }
        return ForwardCall.around(place.block(), call -> forward(place, call));
    }

    private NDList forward(Surgery.Place place, ForwardCall call) {
        UnaryOperator<NDList> pass = inputs -> {
            trace.enter(place.path());
            try {
                return measured.run(trace, new ForwardPass(place.path(), place.block(), call, inputs));
            } finally {
                trace.leave();
            }
        };
        return call.training() && recomputed.contains(place.path())
                ? recomputation.run(pass, call.inputs())
                : pass.apply(call.inputs());
    }

    @Override
    public void close() {
        surgery.undo();
    }

    static SymbolicArray symbol(NDArray array) {
        return (SymbolicArray) Proxy.getInvocationHandler(array);
    }
}
