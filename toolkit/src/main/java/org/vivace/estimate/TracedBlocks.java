package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
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
    private final Surgery surgery;
    private int watchedAndRecomputed;

    /** @param recomputed the paths of the blocks whose work is done a second time in the backward pass */
    TracedBlocks(Trace trace, Block root, Recomputation recomputation, Set<String> recomputed) {
        this.trace = trace;
        this.recomputation = recomputation;
        this.recomputed = recomputed;
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

    private Block watched(Surgery.Place place) {
        if (recomputed.contains(place.path())) {
            watchedAndRecomputed++;
        }
        return (Block) Proxy.newProxyInstance(
                Block.class.getClassLoader(), new Class<?>[] {Block.class}, (proxy, method, arguments) -> {
                    boolean forward = method.getName().equals("forward");
                    return forward ? forward(place, method, arguments) : call(place.block(), method, arguments);
                });
    }

    private Object forward(Surgery.Place place, Method method, Object[] arguments) throws Throwable {
        trace.enter(place.path());
        try {
            boolean training = arguments[2] instanceof NDList || Boolean.TRUE.equals(arguments[2]);
            if (!training || !recomputed.contains(place.path())) {
                return call(place.block(), method, arguments);
            }
            UnaryOperator<NDList> body = inputs -> {
                Object[] again = arguments.clone();
                again[1] = inputs;
                trace.enter(place.path());
                try {
                    return (NDList) call(place.block(), method, again);
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new IllegalStateException("a block's forward pass failed", e);
                } finally {
                    trace.leave();
                }
            };
            return recomputation.run(body, (NDList) arguments[1]);
        } finally {
            trace.leave();
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
