package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;

/** Norms, dropout, embedding and pools. */
final class Layers {

    private Layers() {}

    static Optional<Object> apply(SymbolicCall call) {
        return switch (call.name()) {
            case "batchNorm" -> Rules.list(List.of(batchNorm(call)));
            case "layerNorm" -> Rules.list(List.of(layerNorm(call)));
            case "dropout" -> Rules.list(List.of(dropout(call)));
            case "embedding" -> Rules.list(List.of(embedding(call)));
            case "maxPool" -> Rules.one(pool(call, call.shape(0), call.shape(1), call.shape(2), call.flag(3)));
            case "avgPool" -> Rules.one(pool(call, call.shape(0), call.shape(1), call.shape(2), call.flag(3)));
            case "lpPool" -> Rules.one(pool(call, call.shape(1), call.shape(2), call.shape(3), call.flag(4)));
            case "globalMaxPool", "globalAvgPool", "globalLpPool" -> Rules.one(global(call));
            case "interpolation" -> Rules.one(interpolated(call));
            default -> Optional.empty();
        };
    }

    private static SymbolicArray batchNorm(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        int axis = call.whole(5) == -1 ? 1 : SymbolicCall.axis(call.whole(5), x.shape());
        long channels = x.shape().get(axis);
        if (call.array(1).shape().size() != channels) {
            throw new RefusedOperationException(
                    "batchNorm: expected " + call.array(1).shape().size() + " channels, got an input of shape "
                            + x.shape() + ": check the input shapes against the model");
        }
        if (call.flag(8) && x.shape().size() == channels) {
            throw new RefusedOperationException("batchNorm: expected more than one value of each channel in training,"
                    + " got an input of shape " + x.shape() + ": give it a larger batch");
        }
        MemoryLedger.Storage statistics = call.trace().ledger().storage(2 * channels * Float.BYTES);
        return new Recording(OperationKind.NORM, call.name(), call)
                .reads(x)
                .reads(call.given(3, 4))
                .saves(x.storage())
                .saves(statistics)
                .makesLike(x, x.type());
    }

    private static SymbolicArray layerNorm(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        Shape normalized = call.shape(1);
        int rank = x.shape().dimension();
        if (normalized.dimension() > rank
                || !x.shape().slice(rank - normalized.dimension()).equals(normalized)) {
            throw new RefusedOperationException("layerNorm: expected an input that ends in " + normalized + ", got "
                    + x.shape() + ": check the input shapes against the model");
        }
        long rows = x.shape().size() / Math.max(1, normalized.size());
        return new Recording(OperationKind.NORM, call.name(), call)
                .reads(x)
                .reads(call.given(2, 3))
                .saves(x.storage())
                .saves(call.trace().ledger().storage(2 * rows * Float.BYTES))
                .makes(x.shape(), x.type());
    }

    // libtorch multiplies by a mask of the input's type; if nothing is dropped it returns the input.
    private static SymbolicArray dropout(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        double rate = ((Number) call.arguments()[1]).doubleValue();
        if (rate == 0 || !call.flag(2)) {
            return new Recording(OperationKind.VIEW, call.name(), call)
                    .reads(x)
                    .passes()
                    .views(x, x.shape(), x.strides());
        }
        return new Recording(OperationKind.DROPOUT, call.name(), call)
                .reads(x)
                .saves(call.trace().ledger().storage(x.bytes()))
                .makesLike(x, x.type());
    }

    private static SymbolicArray embedding(SymbolicCall call) {
        SymbolicArray ids = call.array(0);
        SymbolicArray table = call.array(1);
        Shape to = ids.shape().add(table.shape().get(1));
        return new Recording(OperationKind.EMBEDDING, call.name(), call)
                .readsRows(table, to)
                .saves(ids.storage())
                .makes(to, table.type());
    }

    private static SymbolicArray pool(SymbolicCall call, Shape kernel, Shape stride, Shape padding, boolean ceil) {
        SymbolicArray x = call.self();
        int axes = kernel.dimension();
        int first = x.shape().dimension() - axes;
        if (first < 1) {
            throw new RefusedOperationException(call.name() + ": expected an input of at least " + (axes + 1)
                    + " axes, got " + x.shape() + ": check the input shapes against the model");
        }
        Shape to = x.shape().slice(0, first);
        for (int i = 0; i < axes; i++) {
            long step = i < stride.dimension() ? stride.get(i) : kernel.get(i);
            long pad = i < padding.dimension() ? padding.get(i) : 0;
            long room = x.shape().get(first + i) + 2 * pad - kernel.get(i);
            long side = (ceil ? -Math.floorDiv(-room, step) : Math.floorDiv(room, step)) + 1;
            if (ceil && (side - 1) * step >= x.shape().get(first + i) + pad) {
                side--;
            }
            if (side < 1) {
                throw new RefusedOperationException(call.name()
                        + ": expected an input at least as large as the pool, got " + x.shape()
                        + ": give the model larger inputs");
            }
            to = to.add(side);
        }
        Recording recording =
                new Recording(OperationKind.POOL, call.name(), call).reads(x).saves(x.storage());
        if (call.name().equals("maxPool")) {
            recording.saves(call.trace().ledger().storage(to.size() * DataType.INT64.getNumOfBytes()));
        }
        return recording.makes(to, x.type(), Strides.alike(x, to));
    }

    private static SymbolicArray global(SymbolicCall call) {
        SymbolicArray x = call.self();
        if (x.shape().dimension() < 3) {
            throw new RefusedOperationException(call.name() + ": expected (batch, channels, sides...), got " + x.shape()
                    + ": check the input shapes against the model");
        }
        Recording recording = new Recording(OperationKind.POOL, call.name(), call).reads(x);
        if (!call.name().equals("globalAvgPool")) {
            recording.saves(x.storage());
        }
        return recording.makes(x.shape().slice(0, 2), x.type());
    }

    private static SymbolicArray interpolated(SymbolicCall call) {
        SymbolicArray x = call.self();
        Shape to = x.shape().slice(0, 2);
        for (long side : call.argument(0, long[].class)) {
            to = to.add(side);
        }
        return new Recording(OperationKind.POOL, call.name(), call).reads(x).makes(to, x.type(), Strides.alike(x, to));
    }
}
