package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;

/** A call of one of this package's TorchScript functions, as passed to a {@link Symbolic} array. */
public final class ScriptCall {

    private final Script script;
    private final String function;
    private final Object[] arguments;

    ScriptCall(Script script, String function, Object[] arguments) {
        this.script = script;
        this.function = function;
        this.arguments = arguments.clone();
    }

    /** Script and function, such as {@code Attention.attend}. */
    public String name() {
        return script.name() + "." + function;
    }

    /** In the function's order: arrays, lists of them, numbers, flags. */
    public Object[] arguments() {
        return arguments.clone();
    }

    /**
     * Runs the call on real arrays, for a function that returns one array.
     *
     * @param real arrays of the engine in place of the symbolic ones, the other arguments as they are
     */
    public NDArray on(Object... real) {
        DtypeGuard.install();
        return script.tensor(function, real);
    }

    /** The first symbolic array among the arguments, or in a list that is one of them; empty if all are real. */
    static Optional<Symbolic> symbolic(Object... arguments) {
        for (Object argument : arguments) {
            if (argument instanceof Symbolic symbolic) {
                return Optional.of(symbolic);
            } else if (argument instanceof List<?> list
                    && !list.isEmpty()
                    && list.get(0) instanceof Symbolic symbolic) {
                return Optional.of(symbolic);
            }
        }
        return Optional.empty();
    }
}
