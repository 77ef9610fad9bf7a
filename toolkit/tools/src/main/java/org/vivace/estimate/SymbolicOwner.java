package org.vivace.estimate;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDResource;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The owner of symbolic arrays; it closes them when it is closed, as DJL's managers do. */
final class SymbolicOwner implements InvocationHandler {

    private final Trace trace;
    private final @Nullable SymbolicOwner parent;
    private final NDManager proxy;
    private final Set<SymbolicArray> arrays = new LinkedHashSet<>();
    private final List<SymbolicOwner> children = new ArrayList<>();
    private final Map<SymbolicArray, SymbolicOwner> borrowed = new LinkedHashMap<>();
    private String name = "symbolic";
    private boolean open = true;

    SymbolicOwner(Trace trace, @Nullable SymbolicOwner parent) {
        this.trace = trace;
        this.parent = parent;
        proxy = (NDManager)
                Proxy.newProxyInstance(SymbolicOwner.class.getClassLoader(), new Class<?>[] {NDManager.class}, this);
    }

    static SymbolicOwner of(NDManager manager) {
        if (Proxy.isProxyClass(manager.getClass())
                && Proxy.getInvocationHandler(manager) instanceof SymbolicOwner symbolic) {
            return symbolic;
        }
        throw new IllegalArgumentException("expected the model to keep its arrays with those it was given, found a"
                + " manager of its own: an estimate cannot follow that");
    }

    NDManager proxy() {
        return proxy;
    }

    SymbolicOwner child() {
        SymbolicOwner child = new SymbolicOwner(trace, this);
        children.add(child);
        return child;
    }

    void own(SymbolicArray array) {
        arrays.add(array);
    }

    void forget(SymbolicArray array) {
        arrays.remove(array);
        borrowed.remove(array);
    }

    void borrow(SymbolicArray array) {
        SymbolicOwner owner = array.manager();
        array.attach(this);
        borrowed.put(array, owner);
    }

    /** Closes the arrays made since, except {@code kept}, which are attached to the parent. */
    void close() {
        if (!open) {
            return;
        }
        open = false;
        List.copyOf(children).forEach(SymbolicOwner::close);
        Map.copyOf(borrowed).forEach((array, owner) -> array.attach(owner));
        List.copyOf(arrays).forEach(SymbolicArray::close);
        if (parent != null) {
            parent.children.remove(this);
        }
    }

    private SymbolicArray create(Shape shape, DataType requested) {
        DataType type = Types.served(requested);
        MemoryLedger.Storage storage = trace.ledger().storage(shape.size() * type.getNumOfBytes());
        return new SymbolicArray(trace, shape, type, Strides.dense(shape), storage, this, null);
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] given) throws Throwable {
        Object[] arguments = given == null ? new Object[0] : given;
        return switch (method.getName()) {
            case "getDevice" -> trace.device();
            case "defaultDevice" -> trace.device();
            case "getParentManager" -> (parent == null ? this : parent).proxy;
            case "newSubManager" -> child().proxy;
            case "isOpen" -> open;
            case "getEngine" -> Engine.getEngine("PyTorch");
            case "getName" -> name;
            case "setName" -> {
                name = (String) arguments[0];
                yield null;
            }
            case "close" -> {
                close();
                yield null;
            }
            case "cap" -> null;
            case "from" -> from((NDArray) arguments[0]);
            case "attachInternal", "detachInternal" -> null;
            case "attachUncappedInternal" -> null;
            case "attachAll" -> {
                List.of((NDResource[]) arguments[0]).forEach(resource -> resource.attach(proxy));
                yield null;
            }
            case "tempAttachAll" -> {
                List.of((NDResource[]) arguments[0]).forEach(resource -> resource.tempAttach(proxy));
                yield null;
            }
            case "ret" -> {
                ((NDResource) arguments[0]).attach((parent == null ? this : parent).proxy);
                yield arguments[0];
            }
            case "getManagedArrays" -> arrays.stream().map(SymbolicArray::proxy).toList();
            case "create", "zeros", "ones", "full" ->
                made(method.getName(), arguments).proxy();
            case "randomUniform", "randomNormal", "truncatedNormal" ->
                made(method.getName(), arguments).withData().proxy();
            case "randomInteger" ->
                create((Shape) arguments[2], (DataType) arguments[3]).withData().proxy();
            case "randomPermutation", "arange" ->
                range(method.getName(), arguments).proxy();
            case "eye" ->
                create(new Shape(whole(arguments[0]), whole(arguments[0])), DataType.FLOAT32)
                        .proxy();
            case "hashCode" -> System.identityHashCode(this);
            case "equals" -> self == arguments[0];
            case "toString" -> "symbolic manager";
            default -> {
                if (method.isDefault()) {
                    yield InvocationHandler.invokeDefault(self, method, arguments);
                }
                throw new UnknownOperationException("NDManager." + method.getName(), trace.path());
            }
        };
    }

    /** A symbolic array itself; for a real one a symbolic array of its shape, which closes it too. */
    private @Nullable NDArray from(@Nullable NDArray array) {
        if (array == null || Trace.isSymbolic(array)) {
            return array;
        }
        Shape shape = array.getShape();
        // It uses existing memory.
        MemoryLedger.Storage none = trace.ledger().storage(0);
        return new SymbolicArray(trace, shape, array.getDataType(), Strides.dense(shape), none, this, null)
                .twinOf(array)
                .proxy();
    }

    private SymbolicArray made(String what, Object[] arguments) {
        Shape shape = null;
        DataType type = null;
        Object values = arguments[0];
        for (Object argument : arguments) {
            if (argument instanceof Shape given) {
                shape = given;
            } else if (argument instanceof DataType given) {
                type = given;
            }
        }
        if (shape == null) {
            shape = what.equals("create") && values.getClass().isArray() ? sides(values) : new Shape();
        }
        boolean hasValues = what.equals("create") && !(values instanceof Shape);
        return create(shape, type != null ? type : hasValues ? typeOf(values) : DataType.FLOAT32);
    }

    private static Shape sides(Object values) {
        Shape shape = new Shape();
        for (Object at = values; at != null && at.getClass().isArray(); ) {
            shape = shape.add(Array.getLength(at));
            at = Array.getLength(at) > 0 && at.getClass().getComponentType().isArray() ? Array.get(at, 0) : null;
        }
        return shape;
    }

    private static DataType typeOf(Object values) {
        Class<?> kind = values.getClass();
        while (kind.isArray()) {
            kind = kind.getComponentType();
        }
        return switch (kind.getSimpleName()) {
            case "int", "Integer" -> DataType.INT32;
            case "long", "Long" -> DataType.INT64;
            case "double", "Double" -> DataType.FLOAT64;
            case "boolean", "Boolean" -> DataType.BOOLEAN;
            case "byte", "Byte" -> DataType.INT8;
            default -> DataType.FLOAT32;
        };
    }

    private SymbolicArray range(String what, Object[] arguments) {
        boolean fractions = arguments[0] instanceof Float;
        boolean bounded = arguments.length > 1 && arguments[1] instanceof Number;
        double from = bounded ? ((Number) arguments[0]).doubleValue() : 0;
        double to = ((Number) arguments[bounded ? 1 : 0]).doubleValue();
        double step = arguments.length > 2 && arguments[2] instanceof Number by ? by.doubleValue() : 1;
        DataType type = what.equals("arange") ? (fractions ? DataType.FLOAT32 : DataType.INT32) : DataType.INT64;
        for (Object argument : arguments) {
            type = argument instanceof DataType given ? given : type;
        }
        return create(new Shape((long) Math.ceil((to - from) / step)), type);
    }

    private static long whole(Object number) {
        return ((Number) number).longValue();
    }

    Collection<SymbolicArray> arrays() {
        return List.copyOf(arrays);
    }
}
