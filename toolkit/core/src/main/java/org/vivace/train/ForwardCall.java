package org.vivace.train;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Function;

/** A call of a block's forward pass, as the wrapper around the block receives it. */
public final class ForwardCall {

    private final Block block;
    private final Method method;
    private final Object[] arguments;

    private ForwardCall(Block block, Method method, Object[] arguments) {
        this.block = block;
        this.method = method;
        this.arguments = arguments;
    }

    /**
     * A wrapper to replace {@code block} with: {@code body} handles its forward passes, of every kind that {@code
     * Block} has, and all other calls go to {@code block}.
     */
    public static Block around(Block block, Function<ForwardCall, NDList> body) {
        return (Block) Proxy.newProxyInstance(
                Block.class.getClassLoader(),
                new Class<?>[] {Block.class},
                (proxy, method, arguments) -> method.getName().equals("forward")
                        ? body.apply(new ForwardCall(block, method, arguments))
                        : call(block, method, arguments));
    }

    public ParameterStore parameters() {
        return (ParameterStore) arguments[0];
    }

    public NDList inputs() {
        return (NDList) arguments[1];
    }

    /** Block has two forward passes that train: one takes a flag, the other takes labels and always trains. */
    public boolean training() {
        return Boolean.TRUE.equals(arguments[2]) || arguments[2] instanceof NDList;
    }

    /** The labels, if the pass was called with labels. */
    public Optional<NDList> labels() {
        return arguments[2] instanceof NDList labels ? Optional.of(labels) : Optional.empty();
    }

    /** Runs the pass, and throws what the block throws. */
    public NDList proceed() {
        return proceed(parameters(), inputs());
    }

    /** Runs the pass on other inputs. */
    public NDList proceed(NDList inputs) {
        return proceed(parameters(), inputs);
    }

    /** Runs the pass on other inputs with other parameters. */
    public NDList proceed(ParameterStore parameters, NDList inputs) {
        return proceed(parameters, inputs, labels());
    }

    /** @param labels present if {@link #labels} is */
    public NDList proceed(ParameterStore parameters, NDList inputs, Optional<NDList> labels) {
        Object[] given = arguments.clone();
        given[0] = parameters;
        given[1] = inputs;
        labels.ifPresent(other -> given[2] = other);
        try {
            return (NDList) call(block, method, given);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the forward pass of " + block + " failed: " + e, e);
        }
    }

    private static Object call(Block block, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(block, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
