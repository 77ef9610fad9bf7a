package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

/** An operation being recorded: its operands, its results, and the arrays its gradient needs. */
final class Recording {

    private final Trace trace;
    private final OperationKind kind;
    private final String name;
    private final SymbolicCall call;
    private final String path;
    private final SymbolicOwner manager;
    private final boolean data;
    private final List<SymbolicArray> inputs = new ArrayList<>();
    private final List<Operand> operands;
    private final List<GradientNode.Edge> edges = new ArrayList<>();
    private final List<MemoryLedger.Storage> saved = new ArrayList<>();
    private final List<MemoryLedger.Storage> made = new ArrayList<>();
    private Precision autocast = Precision.FLOAT32;
    private double products;
    private double gradientProducts = Double.NaN;
    private @Nullable Measurement measured;
    private boolean passes;
    private boolean written;
    private int results;
    private long readBytes;
    private long writtenBytes;
    private long scratchBytes;
    private long castBytes;
    private long keptBytes;
    private int backwardRuns;
    private double backwardFlops;
    private long backwardBytes;
    private @Nullable GradientNode node;

    Recording(OperationKind kind, String name, SymbolicCall call) {
        trace = call.trace();
        manager = call.self().manager();
        this.kind = kind;
        this.name = name;
        this.call = call;
        List<SymbolicArray> given = call.operands();
        operands = given.stream().map(SymbolicArray::asOperand).toList();
        data = given.stream().anyMatch(SymbolicArray::hasData);
        path = call.path();
    }

    /** Operands for whose gradients, if needed, the operation allocates memory. */
    Recording reads(SymbolicArray... arrays) {
        for (SymbolicArray array : arrays) {
            inputs.add(array);
            readBytes += kind == OperationKind.VIEW ? 0 : array.bytes();
        }
        return this;
    }

    /** Reads only as much of the operand as the result has elements: rows of a table. */
    Recording readsRows(SymbolicArray table, Shape result) {
        inputs.add(table);
        readBytes += Math.min(table.bytes(), result.size() * table.type().getNumOfBytes());
        return this;
    }

    Recording reads(List<SymbolicArray> arrays) {
        return reads(arrays.toArray(SymbolicArray[]::new));
    }

    /** @param flops forward; the gradient of each of the first two operands needs as many again */
    Recording products(double flops) {
        products = flops;
        return this;
    }

    /** @param gradients for the gradients of all operands together */
    Recording products(double flops, double gradients) {
        gradientProducts = gradients;
        return products(flops);
    }

    /** Takes the cost from a measurement. */
    Recording measured(Measurement seen) {
        measured = seen;
        return products(seen.forward().flops(), seen.backward().flops());
    }

    Recording autocast(Precision precision) {
        autocast = precision;
        return this;
    }

    /** Saved for the backward pass, if there is one. */
    Recording saves(MemoryLedger.Storage storage) {
        saved.add(storage);
        return this;
    }

    Recording savesIf(boolean needed, MemoryLedger.Storage storage) {
        return needed ? saves(storage) : this;
    }

    /** The memory of an operand in the operation's compute type, to which it is cast if it has another. */
    MemoryLedger.Storage cast(SymbolicArray operand, DataType to) {
        castBytes += trace.castBytes(operand, to);
        return trace.cast(operand, to);
    }

    /** Temporary memory during the operation, forward and backward. */
    Recording scratch(long bytes) {
        scratchBytes = bytes;
        return this;
    }

    /** An operand of the result's shape receives the result's gradient itself. */
    Recording passes() {
        passes = true;
        return this;
    }

    boolean differentiable() {
        return trace.recordsGradients() && inputs.stream().anyMatch(SymbolicArray::differentiable);
    }

    /** A new array. */
    SymbolicArray makes(Shape shape, DataType type) {
        return makes(shape, type, Strides.dense(shape));
    }

    SymbolicArray makes(Shape shape, DataType type, long[] strides) {
        return makes(shape, type, strides, storage(shape, type), false);
    }

    /** A new array of the other's shape and memory order. */
    SymbolicArray makesLike(SymbolicArray other, DataType type) {
        return makes(other.shape(), type, Strides.alike(other, other.shape()));
    }

    /** A new array that is saved for its own gradient. */
    SymbolicArray makesAndSaves(Shape shape, DataType type) {
        return makesAndSaves(shape, type, Strides.dense(shape));
    }

    SymbolicArray makesAndSaves(Shape shape, DataType type, long[] strides) {
        MemoryLedger.Storage storage = storage(shape, type);
        saves(storage);
        return makes(shape, type, strides, storage, false);
    }

    private MemoryLedger.Storage storage(Shape shape, DataType type) {
        return trace.ledger().storage(shape.size() * type.getNumOfBytes());
    }

    /** A view of the array's memory. */
    SymbolicArray views(SymbolicArray of, Shape shape, long[] strides) {
        return makes(shape, of.type(), strides, of.storage(), true);
    }

    /** The array itself, changed in place. */
    SymbolicArray changes(SymbolicArray self) {
        writtenBytes += self.bytes();
        if (data) {
            self.withData();
        }
        connect(self.shape(), self.type());
        self.becomes(node, 0);
        return self;
    }

    private SymbolicArray makes(
            Shape shape, DataType type, long[] strides, MemoryLedger.Storage storage, boolean view) {
        SymbolicArray array = trace.array(shape, type, strides, storage, manager);
        if (data) {
            array.withData();
        }
        if (!view) {
            made.add(storage);
            writtenBytes += storage.bytes();
        }
        connect(shape, type);
        if (Types.isFloating(type)) {
            array.becomes(node, results++);
        }
        return array;
    }

    private void connect(Shape shape, DataType type) {
        if (!written) {
            written = true;
            trace.ledger().brieflyHeld(scratchBytes);
            if (differentiable()) {
                for (SymbolicArray input : inputs) {
                    if (input.differentiable()) {
                        boolean same = passes && input.shape().size() == shape.size() && input.type() == type;
                        edges.add(new GradientNode.Edge(input.node(), input.output(), input.bytes(), same));
                    }
                }
                long factors = inputs.stream()
                        .limit(2)
                        .filter(SymbolicArray::differentiable)
                        .count();
                gradientProducts = Double.isNaN(gradientProducts) ? products * factors : gradientProducts;
                node = new GradientNode(trace.nextNumber(), this, edges, saved);
            }
            trace.add(this);
        }
    }

    /** Called when the backward pass reaches the operation. */
    void ranBackward(long gradientBytes) {
        backwardRuns++;
        backwardFlops += gradientProducts;
        long out = inGraph().gradientBytes();
        if (measured != null) {
            backwardBytes += measured.backward().bytes();
        } else if (kind != OperationKind.VIEW && out > 0) {
            backwardBytes += gradientBytes
                    + out
                    + saved.stream().mapToLong(MemoryLedger.Storage::bytes).sum();
        }
    }

    /** Temporary memory of its backward pass, in addition to the gradients it returns. */
    long scratchBytes() {
        return measured == null
                ? scratchBytes
                : Math.max(0, measured.backward().peak() - inGraph().gradientBytes());
    }

    private GradientNode inGraph() {
        return Objects.requireNonNull(node, "expected an operation that became part of a gradient graph");
    }

    /** Records and returns, at the end of the forward pass, how many bytes of its results open NDArrays hold. */
    long keep() {
        keptBytes = made.stream()
                .filter(MemoryLedger.Storage::hasHandle)
                .mapToLong(MemoryLedger.Storage::bytes)
                .sum();
        return keptBytes;
    }

    /** Whether it is part of a gradient graph. */
    boolean differentiableWhenRecorded() {
        return node != null;
    }

    /** The bytes that autograd saves for it. */
    List<MemoryLedger.Storage> savedStorages() {
        return node == null ? List.of() : saved;
    }

    OperationKind kind() {
        return kind;
    }

    Optional<Measurement> measured() {
        return Optional.ofNullable(measured);
    }

    SymbolicCall call() {
        return call;
    }

    List<Operand> operands() {
        return operands;
    }

    Precision autocast() {
        return autocast;
    }

    Operation toOperation() {
        return new Operation(
                kind,
                name,
                path,
                OperationKey.of(this),
                autocast,
                inputs.stream().anyMatch(Strides::isNhwc) ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CONTIGUOUS,
                products,
                backwardFlops,
                measured()
                        .map(seen -> seen.forward().bytes())
                        .orElse(readBytes + (kind == OperationKind.VIEW ? 0 : writtenBytes)),
                backwardBytes,
                castBytes,
                backwardRuns > 0,
                savedStorages().stream().mapToLong(MemoryLedger.Storage::bytes).sum(),
                keptBytes,
                inputs.stream().mapToLong(SymbolicArray::trainedValues).sum());
    }
}
