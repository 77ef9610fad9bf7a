package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vivace.torch.Precision;

/** The operations of one pass of a model, recorded while it runs on symbolic arrays. */
final class Trace {

    private final Device device;
    private final Precision precision;
    private final MeasuredBlocks measured;
    private final Set<GradientNode> parameterLeaves = Collections.newSetFromMap(new IdentityHashMap<>());
    private final MemoryLedger ledger = new MemoryLedger();
    private final SymbolicOwner system = new SymbolicOwner(this, null);
    private final List<Recording> recordings = new ArrayList<>();
    private final Deque<String> paths = new ArrayDeque<>();
    private final Deque<List<SymbolicArray>> scopes = new ArrayDeque<>();
    private final Map<Parameter, String> parameterPaths = new IdentityHashMap<>();
    private final Map<SymbolicArray, MemoryLedger.Storage> casts = new IdentityHashMap<>();
    private Precision autocast = Precision.FLOAT32;
    private boolean gradients;
    private long number;

    /** @param measured the blocks that cannot be followed */
    Trace(Device device, Precision precision, MeasuredBlocks measured) {
        this.device = device;
        this.precision = precision;
        this.measured = measured;
    }

    static boolean isSymbolic(NDArray array) {
        return Proxy.isProxyClass(array.getClass()) && Proxy.getInvocationHandler(array) instanceof SymbolicArray;
    }

    MeasuredBlocks measured() {
        return measured;
    }

    Device device() {
        return device;
    }

    MemoryLedger ledger() {
        return ledger;
    }

    /** Owns arrays without another owner. */
    SymbolicOwner system() {
        return system;
    }

    /** The array as its symbol; one with values becomes a constant. */
    SymbolicArray symbolic(NDArray array) {
        NDArray found = isSymbolic(array) ? array : system.proxy().from(array);
        return (SymbolicArray) Proxy.getInvocationHandler(found);
    }

    SymbolicArray array(
            Shape shape, DataType type, long[] strides, MemoryLedger.Storage storage, SymbolicOwner manager) {
        SymbolicArray array = new SymbolicArray(this, shape, type, strides, storage, manager, null);
        if (!scopes.isEmpty()) {
            scopes.peek().add(array);
        }
        return array;
    }

    /** Opens a scope to which results belong from now on. */
    void openScope() {
        scopes.push(new ArrayList<>());
    }

    /** Closes the arrays made in the innermost scope except {@code kept}, which move to the enclosing scope. */
    void closeScope(List<SymbolicArray> kept) {
        List<SymbolicArray> made = scopes.pop();
        for (SymbolicArray array : made) {
            if (!kept.contains(array)) {
                array.close();
            } else if (!scopes.isEmpty()) {
                scopes.peek().add(array);
            }
        }
    }

    long nextNumber() {
        return number++;
    }

    void add(Recording recording) {
        recordings.add(recording);
    }

    List<Recording> recordings() {
        return recordings;
    }

    boolean recordsGradients() {
        return gradients;
    }

    /** @return the previous value */
    boolean recordGradients(boolean on) {
        boolean before = gradients;
        gradients = on;
        return before;
    }

    /** A parameter's gradient has its own memory, from the first step on. */
    boolean isParameter(GradientNode leaf) {
        return parameterLeaves.contains(leaf);
    }

    void parameterLeaf(GradientNode leaf) {
        parameterLeaves.add(leaf);
    }

    /** The current precision of matrix products and convolutions. */
    Precision autocast() {
        return autocast;
    }

    void enterAutocast() {
        autocast = precision;
    }

    /** Releases the weights' copies. */
    void leaveAutocast() {
        autocast = Precision.FLOAT32;
        casts.values().forEach(MemoryLedger.Storage::release);
        casts.clear();
    }

    /** Bytes read and written to copy the array to another type; 0 if it has that type or such a copy exists. */
    long castBytes(SymbolicArray array, DataType to) {
        return array.type() == to || casts.containsKey(array)
                ? 0
                : array.bytes() + array.shape().size() * to.getNumOfBytes();
    }

    /** The memory of the array's copy in autocast's precision; a weight has one copy for the whole pass. */
    MemoryLedger.Storage cast(SymbolicArray array, DataType to) {
        if (array.type() == to) {
            return array.storage();
        }
        if (array.parameter().isEmpty()) {
            return ledger.storage(array.shape().size() * to.getNumOfBytes());
        }
        return casts.computeIfAbsent(
                array,
                key -> ledger.storage(key.shape().size() * to.getNumOfBytes()).hold());
    }

    String path() {
        return paths.isEmpty() ? "" : paths.peek();
    }

    void enter(String path) {
        paths.push(path);
    }

    void leave() {
        paths.pop();
    }

    void place(Parameter parameter, String path) {
        parameterPaths.put(parameter, path);
    }

    String pathOf(Parameter parameter) {
        return parameterPaths.getOrDefault(parameter, path());
    }
}
