package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Autocast;
import org.vivace.torch.Precision;
import org.vivace.torch.ScriptCall;
import org.vivace.torch.Symbolic;

/**
 * An NDArray without values: it has a shape, a type and the storage it would use, and records operations on it. A
 * block's own {@code forward} runs on such arrays as on any other.
 */
final class SymbolicArray implements InvocationHandler {

    private static final Object[] NONE = {};

    private final Trace trace;
    private final Shape shape;
    private final DataType type;
    private final long[] strides;
    private final MemoryLedger.Storage storage;
    private final NDArray proxy;
    private final NDArrayEx internal;
    private final @Nullable Parameter parameter;
    private SymbolicOwner manager;
    private @Nullable GradientNode node;
    private int output;
    private @Nullable String name;
    private @Nullable AutoCloseable twin;
    private boolean data;
    private boolean open = true;

    SymbolicArray(
            Trace trace,
            Shape shape,
            DataType type,
            long[] strides,
            MemoryLedger.Storage storage,
            SymbolicOwner manager,
            @Nullable Parameter parameter) {
        this.trace = trace;
        this.shape = shape;
        this.type = type;
        this.strides = strides;
        this.storage = storage.holdByHandle();
        this.parameter = parameter;
        ClassLoader loader = SymbolicArray.class.getClassLoader();
        proxy = (NDArray) Proxy.newProxyInstance(loader, new Class<?>[] {NDArray.class, Symbolic.class}, this);
        internal = (NDArrayEx) Proxy.newProxyInstance(loader, new Class<?>[] {NDArrayEx.class}, this::invokeInternal);
        attach(manager);
    }

    Trace trace() {
        return trace;
    }

    NDArray proxy() {
        return proxy;
    }

    Shape shape() {
        return shape;
    }

    DataType type() {
        return type;
    }

    long[] strides() {
        return strides.clone();
    }

    boolean isDense() {
        return Strides.isDense(shape, strides);
    }

    MemoryLedger.Storage storage() {
        return storage;
    }

    SymbolicOwner manager() {
        return manager;
    }

    Optional<Parameter> parameter() {
        return Optional.ofNullable(parameter);
    }

    /** Whether its values depend on the model's inputs, its weights or random numbers, not on shapes alone. */
    boolean hasData() {
        return data;
    }

    SymbolicArray withData() {
        data = true;
        return this;
    }

    /** Of a trained parameter; 0 of any other array. */
    long trainedValues() {
        return parameter != null && parameter.requiresGradient() ? shape.size() : 0;
    }

    /** @throws NullPointerException if no gradient flows back through it */
    GradientNode node() {
        return Objects.requireNonNull(node, "expected an array with a gradient");
    }

    /** Its index among the node's results. */
    int output() {
        return output;
    }

    void becomes(@Nullable GradientNode of, int result) {
        node = of;
        output = result;
    }

    void becomesLeaf() {
        becomes(GradientNode.leaf(), 0);
    }

    void cutGradient() {
        becomes(null, 0);
    }

    boolean differentiable() {
        return node != null;
    }

    long bytes() {
        return shape.size() * type.getNumOfBytes();
    }

    Operand asOperand() {
        return new Operand(shape, strides, type, differentiable(), parameter != null);
    }

    /** Closes {@code this} together with it. */
    SymbolicArray twinOf(AutoCloseable other) {
        twin = other;
        return this;
    }

    void attach(SymbolicOwner to) {
        if (manager != null) {
            manager.forget(this);
        }
        manager = to;
        manager.own(this);
    }

    void close() {
        if (!open) {
            return;
        }
        open = false;
        storage.releaseByHandle();
        manager.forget(this);
        if (twin != null) {
            try {
                twin.close();
            } catch (Exception e) {
                throw new IllegalStateException("could not close an array that the model holds itself", e);
            }
        }
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] given) throws Throwable {
        Object[] arguments = given == null ? NONE : given;
        return switch (method.getName()) {
            case "getShape" -> shape;
            case "getDataType" -> type == DataType.BFLOAT16 ? DataType.UNKNOWN : type; // as DJL reads it
            case "getDevice" -> trace.device();
            case "getManager" -> manager.proxy();
            case "getName" -> name;
            case "setName" -> {
                name = (String) arguments[0];
                yield null;
            }
            case "getUid" -> Integer.toString(System.identityHashCode(this));
            case "getNDArrayInternal" -> internal;
            case "getSparseFormat" -> SparseFormat.DENSE;
            case "hasGradient" -> differentiable();
            case "setRequiresGradient" -> {
                becomes(arguments[0].equals(true) ? GradientNode.leaf() : null, 0);
                yield null;
            }
            case "isReleased" -> !open;
            case "close" -> {
                close();
                yield null;
            }
            case "attach" -> {
                attach(SymbolicOwner.of((NDManager) arguments[0]));
                yield null;
            }
            case "tempAttach" -> {
                SymbolicOwner.of((NDManager) arguments[0]).borrow(this);
                yield null;
            }
            case "detach" -> {
                attach(trace.system());
                yield null;
            }
            case "hashCode" -> System.identityHashCode(this);
            case "equals" -> self == arguments[0];
            case "toString", "toDebugString" -> "symbolic array " + shape + " " + type;
            case "precision" -> Types.precision(type);
            case "autocast" ->
                new Autocast.State(trace.device(), trace.autocast() != Precision.FLOAT32, trace.autocast());
            case "follow" -> follow((ScriptCall) arguments[0]);
            default -> operation(self, method, false, arguments);
        };
    }

    private @Nullable Object invokeInternal(Object self, Method method, Object @Nullable [] given) throws Throwable {
        Object[] arguments = given == null ? NONE : given;
        return switch (method.getName()) {
            case "getArray" -> proxy;
            case "getIndexer" -> new SymbolicIndexer(SymbolicOwner.of((NDManager) arguments[0]));
            case "hashCode" -> System.identityHashCode(internal);
            case "equals" -> self == arguments[0];
            case "toString" -> "internals of a symbolic array " + shape;
            default -> operation(self, method, true, arguments);
        };
    }

    private @Nullable Object operation(Object self, Method method, boolean isInternal, Object[] arguments)
            throws Throwable {
        SymbolicCall call = SymbolicCall.of(this, method, isInternal, arguments);
        Optional<Object> result = operation(call);
        if (result.isPresent()) {
            return result.get();
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(self, method, arguments);
        }
        if (!Values.decideTheShape(method.getName())) {
            if (method.getReturnType() == NDArray.class) {
                return trace.measured().run(call).head();
            } else if (method.getReturnType() == NDList.class) {
                return trace.measured().run(call);
            }
        }
        throw new UnknownOperationException(method.getName(), trace.path());
    }

    private Object follow(ScriptCall call) {
        return operation(SymbolicCall.of(this, call))
                .orElseThrow(() -> new UnknownOperationException(call.name(), trace.path()));
    }

    private Optional<Object> operation(SymbolicCall call) {
        if (!open) {
            throw new IllegalStateException("expected an open array for " + call.name() + ", got one of shape " + shape
                    + " that was closed: the model uses an array after closing it");
        }
        return Rules.apply(call);
    }
}
