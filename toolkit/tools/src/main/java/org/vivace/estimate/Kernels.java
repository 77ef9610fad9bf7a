package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.Attention;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

/** The operations that {@code org.vivace.torch} adds to DJL's. */
final class Kernels {

    /** Of fused attention's matrix products: two forward; backward the scores once more and four gradients. */
    private static final double BACKWARD_PRODUCTS = 2.5;

    /**
     * The blocks' results have the memory order (batch, time, heads, width), so that the heads are joined without a
     * copy.
     */
    private static final int[] TIME_FIRST = {0, 2, 1, 3};

    private Kernels() {}

    static Optional<Object> apply(SymbolicCall call) {
        return switch (call.name()) {
            case "Attention.attend" -> Rules.one(fused(call, ((Number) call.arguments()[3]).doubleValue()));
            case "Attention.attend_masked" -> Rules.one(fused(call, ((Number) call.arguments()[4]).doubleValue()));
            case "Attention.blocked" -> Rules.one(blocked(call, ((Number) call.arguments()[3]).doubleValue(), true));
            case "Attention.blocked_masked" -> Rules.one(blocked(call, 0, false));
            case "Norms.layer", "Norms.layer_mixed" -> Rules.one(layerNorm(call));
            case "Cast.to" -> Rules.one(cast(call));
            case "MemoryFormat.convert" -> Rules.one(laidOut(call));
            default -> Optional.empty();
        };
    }

    private static SymbolicArray fused(SymbolicCall call, double dropout) {
        SymbolicArray q = call.array(0);
        Shape shape = q.shape();
        long weights = shape.slice(0, 3).size() * shape.get(2);
        Precision precision = call.trace().autocast();
        DataType type = precision == Precision.FLOAT32 ? q.type() : Types.of(precision);
        // The CPU kernel has no dropout, so libtorch uses separate operations: softmax, mask and their product.
        boolean unfused = dropout > 0 && !call.trace().device().isGpu();
        Recording recording = attention(call, 4.0 * weights * shape.get(3), unfused ? 2 : BACKWARD_PRODUCTS);
        if (precision != Precision.FLOAT32) {
            recording.autocast(precision);
        }
        for (SymbolicArray each : operands(call)) {
            recording.saves(recording.cast(each, type));
        }
        if (unfused) {
            recording.saves(storage(call, 2 * weights * type.getNumOfBytes()));
            recording.saves(storage(call, weights));
        } else {
            recording.saves(storage(call, shape.slice(0, 3).size() * Float.BYTES));
        }
        return recording.makesAndSaves(shape, type, Strides.alike(q, shape));
    }

    private static SymbolicArray blocked(SymbolicCall call, double dropout, boolean causal) {
        SymbolicArray q = call.array(0);
        Shape shape = q.shape();
        long time = shape.get(2);
        long heads = shape.get(0) * shape.get(1);
        long weights = heads * Attention.blockedWeights(time, causal);
        long bytes = q.type().getNumOfBytes();
        Recording recording = attention(call, 4.0 * weights * shape.get(3), 2);
        Shape folded = new Shape(heads, time, shape.get(3));
        for (SymbolicArray each : operands(call)) {
            boolean view = Strides.reshaped(shape, each.strides(), folded).isPresent();
            recording.saves(view ? each.storage() : storage(call, each.bytes()));
        }
        recording.saves(storage(call, weights * bytes));
        if (dropout > 0) {
            recording.saves(storage(call, weights * (bytes + 1)));
        }
        // The scores of one block with their gradient, and keys' and values' gradients before they are added up.
        recording.scratch(2 * heads * Math.min(time, Attention.BLOCK) * time * bytes + 2 * q.bytes());
        return recording.makes(shape, q.type(), Strides.inOrder(shape, TIME_FIRST));
    }

    private static Recording attention(SymbolicCall call, double flops, double backward) {
        List<SymbolicArray> operands = operands(call);
        return new Recording(OperationKind.ATTENTION, call.name(), call)
                .reads(operands)
                .products(flops, backward * flops);
    }

    private static List<SymbolicArray> operands(SymbolicCall call) {
        return List.of(call.array(0), call.array(1), call.array(2));
    }

    private static SymbolicArray layerNorm(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        SymbolicArray weight = call.array(2);
        DataType type = type(call, 5);
        long rows = x.shape().size() / Math.max(1, weight.shape().size());
        Recording recording = new Recording(OperationKind.NORM, call.name(), call)
                .reads(x, weight)
                .reads(call.given(3))
                .saves(x.type() == type ? x.storage() : storage(call, x.shape().size() * type.getNumOfBytes()))
                .saves(storage(call, 2 * rows * Float.BYTES));
        return recording.makes(x.shape(), type);
    }

    private static SymbolicArray cast(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        return new Recording(OperationKind.COPY, call.name(), call).reads(x).makesLike(x, type(call, 1));
    }

    private static SymbolicArray laidOut(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        long[] strides =
                call.whole(1) == MemoryFormat.CHANNELS_LAST.code() ? Strides.nhwc(x.shape()) : Strides.dense(x.shape());
        return Strides.same(x.shape(), x.strides(), strides)
                ? new Recording(OperationKind.VIEW, call.name(), call)
                        .reads(x)
                        .passes()
                        .views(x, x.shape(), strides)
                : new Recording(OperationKind.COPY, call.name(), call)
                        .reads(x)
                        .passes()
                        .makes(x.shape(), x.type(), strides);
    }

    private static DataType type(SymbolicCall call, int at) {
        return Types.of(Precision.ofCode(call.whole(at)).orElseThrow());
    }

    private static MemoryLedger.Storage storage(SymbolicCall call, long bytes) {
        return call.trace().ledger().storage(bytes);
    }
}
