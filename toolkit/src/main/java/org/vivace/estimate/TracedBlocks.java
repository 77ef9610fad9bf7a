package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.vivace.train.Surgery;

/**
 * Tells a trace, while a model runs, which block is at work; the model is as it was once this is closed.
 *
 * <p>Blocks that their parent keeps in a field of their own type cannot be watched: what they do counts as their
 * parent's, unless one of their parameters takes part in it.
 */
final class TracedBlocks implements AutoCloseable {

    private final Trace trace;
    private final Recomputation recomputation;
    private final Set<String> recomputed;
    private final MeasuredBlocks measured;
    private final Surgery surgery;
    private int watchedAndRecomputed;

    /** @param recomputed the paths of the blocks whose work is done a second time in the backward pass */
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

    /** A block of one that is measured runs as it is. */
    private Block watched(Surgery.Place place) {
        if (measured.isWithin(place.path())) {
            return place.block();
        }
        if (recomputed.contains(place.path())) {
            watchedAndRecomputed++;
        }
        return (Block) Proxy.newProxyInstance(
                Block.class.getClassLoader(), new Class<?>[] {Block.class}, (proxy, method, arguments) -> {
                    boolean forward = method.getName().equals("forward");
                    return forward ? forward(place, method, arguments) : call(place.block(), method, arguments);
                });
    }

    private NDList forward(Surgery.Place place, Method method, Object[] arguments) {
        ParameterStore store = (ParameterStore) arguments[0];
        NDList labels = arguments[2] instanceof NDList given ? given : null;
        ForwardPass.Body body = (with, inputs, compared) -> {
            Object[] again = arguments.clone();
            again[0] = with;
            again[1] = inputs;
            again[2] = compared == null ? again[2] : compared;
            return unchecked(place.block(), method, again);
        };
        UnaryOperator<NDList> pass = inputs -> {
            trace.enter(place.path());
            try {
                return measured.run(trace, new ForwardPass(place.path(), place.block(), body, store, inputs, labels));
            } finally {
                trace.leave();
            }
        };
        boolean training = labels != null || Boolean.TRUE.equals(arguments[2]);
        NDList inputs = (NDList) arguments[1];
        return training && recomputed.contains(place.path()) ? recomputation.run(pass, inputs) : pass.apply(inputs);
    }

    private static NDList unchecked(Block block, Method method, Object[] arguments) {
        try {
            return (NDList) call(block, method, arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a block's forward pass failed", e);
        }
    }

    private static Object call(Block block, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(block, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        surgery.undo();
    }

    static SymbolicArray symbol(NDArray array) {
        return (SymbolicArray) Proxy.getInvocationHandler(array);
    }
}
