package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Lookups by integer index: no arithmetic; the gradient is accumulated at the indexed positions. */
final class Indexing {

    private Indexing() {}

    static Optional<Object> apply(SymbolicCall call) {
        return switch (call.name()) {
            case "gather" -> Rules.one(gather(call));
            case "gatherNd" -> Rules.one(gatherNd(call));
            case "take" ->
                call.arguments().length == 2 && call.arguments()[0] instanceof NDManager to
                        ? Rules.one(attached(take(call), to))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Every integer below this is a valid index; empty if the operation has no indices. */
    static OptionalLong bound(SymbolicCall call) {
        Shape self = call.self().shape();
        return switch (call.name()) {
            case "gather" -> OptionalLong.of(self.get(call.whole(1)));
            case "gatherNd" -> OptionalLong.of(self.get(0));
            case "take" -> OptionalLong.of(self.size());
            case ArrayIndex.NAME ->
                OptionalLong.of(call.argument(1, ArrayIndex.class).bound(self));
            default -> OptionalLong.empty();
        };
    }

    private static SymbolicArray gather(SymbolicCall call) {
        SymbolicArray index = call.array(0);
        return looksUp(call, OperationKind.COPY, List.of(index), index.shape());
    }

    // The first axis of the indices runs over the indexed axes of the array.
    private static SymbolicArray gatherNd(SymbolicCall call) {
        SymbolicArray index = call.array(0);
        Shape rest = call.self().shape().slice(Math.toIntExact(index.shape().get(0)));
        return looksUp(
                call,
                OperationKind.EMBEDDING,
                List.of(index),
                index.shape().slice(1).addAll(rest));
    }

    private static SymbolicArray take(SymbolicCall call) {
        SymbolicArray index = call.array(1);
        return looksUp(call, OperationKind.EMBEDDING, List.of(index), index.shape());
    }

    /** {@code x.get(index)} with arrays in the index. */
    static NDArray byArrays(SymbolicArray x, NDIndex index, NDManager to) {
        ArrayIndex parts = ArrayIndex.of(index);
        NDList arrays = parts.arrays();
        SymbolicCall call = new SymbolicCall(
                x,
                ArrayIndex.NAME,
                false,
                new Object[] {arrays, parts},
                (self, given) -> self.get(self.getManager(), parts.with((NDList) given[0])));
        List<SymbolicArray> indices = call.arrays(0);
        Shape result =
                parts.of(x.shape(), indices.stream().map(SymbolicArray::shape).toList());
        return attached(looksUp(call, OperationKind.EMBEDDING, indices, result), to)
                .proxy();
    }

    private static SymbolicArray looksUp(SymbolicCall call, OperationKind kind, List<SymbolicArray> indices, Shape to) {
        Recording recording = new Recording(kind, call.name(), call).readsRows(call.self(), to);
        for (SymbolicArray index : indices) {
            // DJL passes libtorch a copy if the indices are not INT64.
            long copied = index.type() == DataType.INT64 ? 0 : index.shape().size() * DataType.INT64.getNumOfBytes();
            recording.saves(
                    copied == 0 ? index.storage() : call.trace().ledger().storage(copied));
        }
        return recording.makes(to, call.self().type());
    }

    private static SymbolicArray attached(SymbolicArray array, NDManager to) {
        array.attach(SymbolicOwner.of(to));
        return array;
    }
}
