package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.vivace.torch.ScriptCall;

/**
 * A call of an operation on a symbolic array.
 *
 * @param name DJL's method, or script and function of {@code org.vivace.torch}
 * @param internal whether it is a method of {@code NDArrayEx}
 * @param arguments as given
 * @param real the same call on real arrays
 */
record SymbolicCall(SymbolicArray self, String name, boolean internal, Object[] arguments, Real real) {

    /** Runs the operation on arrays with values. */
    @FunctionalInterface
    interface Real {
        Object on(NDArray self, Object... arguments) throws ReflectiveOperationException;
    }

    /** @param internal whether it is one of {@code NDArrayEx}, not of {@code NDArray} */
    static SymbolicCall of(SymbolicArray self, Method method, boolean internal, Object... arguments) {
        return new SymbolicCall(
                self,
                method.getName(),
                internal,
                arguments,
                (array, given) -> method.invoke(internal ? array.getNDArrayInternal() : array, given));
    }

    static SymbolicCall of(SymbolicArray self, ScriptCall call) {
        return new SymbolicCall(self, call.name(), false, call.arguments(), (array, given) -> call.on(given));
    }

    Trace trace() {
        return self.trace();
    }

    boolean hasArray(int at) {
        return at < arguments.length && arguments[at] instanceof NDArray;
    }

    /** A required operand. */
    SymbolicArray array(int at) {
        return trace().symbolic((NDArray) arguments[at]);
    }

    /** The given operands. */
    List<SymbolicArray> given(int... at) {
        return IntStream.of(at).filter(this::hasArray).mapToObj(this::array).toList();
    }

    List<SymbolicArray> arrays(int at) {
        List<SymbolicArray> arrays = new ArrayList<>();
        for (NDArray array : (NDList) arguments[at]) {
            arrays.add(trace().symbolic(array));
        }
        return arrays;
    }

    Shape shape(int at) {
        return (Shape) arguments[at];
    }

    int whole(int at) {
        return ((Number) arguments[at]).intValue();
    }

    boolean flag(int at) {
        return (Boolean) arguments[at];
    }

    <T> T argument(int at, Class<T> type) {
        return type.cast(arguments[at]);
    }

    /** Every array among the arguments, with the receiver first. */
    List<SymbolicArray> operands() {
        List<SymbolicArray> all = new ArrayList<>();
        all.add(self);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof NDArray) {
                all.add(array(i));
            } else if (arguments[i] instanceof NDList) {
                all.addAll(arrays(i));
            }
        }
        return all;
    }

    /**
     * Runs it on arrays with values.
     *
     * @param values of each operand
     * @param manager of the results
     * @return an NDArray or an NDList
     */
    Object on(Function<SymbolicArray, NDArray> values, NDManager manager) throws ReflectiveOperationException {
        Object[] given = new Object[arguments.length];
        for (int i = 0; i < given.length; i++) {
            if (arguments[i] instanceof NDArray) {
                given[i] = values.apply(array(i));
            } else if (arguments[i] instanceof NDList) {
                NDList list = new NDList();
                arrays(i).forEach(symbol -> list.add(values.apply(symbol)));
                given[i] = list;
            } else {
                given[i] = arguments[i] instanceof NDManager ? manager : arguments[i];
            }
        }
        return real.on(values.apply(self), given);
    }

    /** The block it belongs to: that of the last parameter it reads, or the running one. */
    String path() {
        String path = trace().path();
        for (SymbolicArray operand : operands()) {
            path = operand.parameter().map(trace()::pathOf).orElse(path);
        }
        return path;
    }

    /** An axis counted from the front. */
    static int axis(int axis, Shape shape) {
        int found = axis < 0 ? axis + shape.dimension() : axis;
        if (found < 0 || found >= shape.dimension()) {
            throw new RefusedOperationException("expected an axis of an array of shape " + shape + ", got " + axis
                    + ": check the input shapes against the model");
        }
        return found;
    }
}
