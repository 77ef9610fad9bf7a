package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.Precision;

/** Matrix products, linear layers and convolutions, which autocast computes in low precision. */
final class Products {

    private Products() {}

    static Optional<Object> apply(SymbolicCall call) {
        return switch (call.name()) {
            case "matMul", "batchMatMul", "dot" -> call.hasArray(0) ? Rules.one(matmul(call)) : Optional.empty();
            case "linear" -> Rules.list(List.of(linear(call)));
            case "convolution" -> Rules.list(List.of(convolution(call)));
            case "deconvolution" -> Rules.list(List.of(deconvolution(call)));
            default -> Optional.empty();
        };
    }

    private static SymbolicArray matmul(SymbolicCall call) {
        SymbolicArray a = call.self();
        SymbolicArray b = call.array(0);
        Shape one = a.shape().dimension() == 1 ? new Shape(1).addAll(a.shape()) : a.shape();
        Shape other = b.shape().dimension() == 1 ? b.shape().add(1) : b.shape();
        if (one.dimension() == 0 || other.dimension() == 0) {
            throw unfit(call, a.shape(), b.shape());
        }
        long rows = one.get(one.dimension() - 2);
        long inner = one.get(one.dimension() - 1);
        long columns = other.get(other.dimension() - 1);
        if (other.get(other.dimension() - 2) != inner) {
            throw unfit(call, a.shape(), b.shape());
        }
        Shape batch =
                Types.broadcast(call.name(), one.slice(0, one.dimension() - 2), other.slice(0, other.dimension() - 2));
        Shape to = batch;
        to = a.shape().dimension() == 1 ? to : to.add(rows);
        to = b.shape().dimension() == 1 ? to : to.add(columns);
        return product(call, OperationKind.MATMUL, List.of(a, b), to, 2.0 * batch.size() * rows * inner * columns);
    }

    private static SymbolicArray linear(SymbolicCall call) {
        SymbolicArray x = call.array(0);
        SymbolicArray weight = call.array(1);
        int last = x.shape().dimension() - 1;
        if (last < 0 || x.shape().get(last) != weight.shape().get(1)) {
            throw unfit(call, x.shape(), weight.shape());
        }
        Shape to = x.shape().slice(0, last).add(weight.shape().get(0));
        double flops = 2.0 * to.size() * weight.shape().get(1);
        return product(call, OperationKind.MATMUL, operands(call), to, flops);
    }

    private static SymbolicArray convolution(SymbolicCall call) {
        Shape x = call.array(0).shape();
        Shape weight = call.array(1).shape();
        int axes = x.dimension() - 2;
        int groups = call.whole(6);
        if (weight.dimension() != x.dimension() || x.get(1) != weight.get(1) * groups) {
            throw unfit(call, x, weight);
        }
        Shape to = x.slice(0, 1).add(weight.get(0));
        for (int i = 0; i < axes; i++) {
            long reach = call.shape(5).get(i) * (weight.get(i + 2) - 1) + 1;
            long room = x.get(i + 2) + 2 * call.shape(4).get(i) - reach;
            to = to.add(side(call, x, Math.floorDiv(room, call.shape(3).get(i)) + 1));
        }
        double flops = 2.0 * to.size() * weight.slice(1).size();
        return product(call, OperationKind.CONVOLUTION, operands(call), to, flops);
    }

    private static SymbolicArray deconvolution(SymbolicCall call) {
        Shape x = call.array(0).shape();
        Shape weight = call.array(1).shape();
        int groups = call.whole(7);
        if (weight.dimension() != x.dimension() || x.get(1) != weight.get(1) * groups) {
            throw unfit(call, x, weight);
        }
        Shape to = x.slice(0, 1).add(weight.get(0));
        for (int i = 0; i < x.dimension() - 2; i++) {
            long side = (x.get(i + 2) - 1) * call.shape(3).get(i)
                    - 2 * call.shape(4).get(i)
                    + call.shape(6).get(i) * (weight.get(i + 2) - 1)
                    + call.shape(5).get(i)
                    + 1;
            to = to.add(side(call, x, side));
        }
        double flops = 2.0 * x.size() * weight.get(0) / groups * weight.slice(2).size();
        return product(call, OperationKind.CONVOLUTION, operands(call), to, flops);
    }

    private static long side(SymbolicCall call, Shape x, long side) {
        if (side < 1) {
            throw new RefusedOperationException(
                    call.name() + ": expected an input at least as large as the kernel, got " + x
                            + ": give the model larger inputs");
        }
        return side;
    }

    private static List<SymbolicArray> operands(SymbolicCall call) {
        return call.given(0, 1, 2);
    }

    /** @param operands the two factors, and optionally a bias, whose gradient needs no products */
    private static SymbolicArray product(
            SymbolicCall call, OperationKind kind, List<SymbolicArray> operands, Shape to, double flops) {
        Precision precision = call.trace().autocast();
        Recording recording =
                new Recording(kind, call.name(), call).reads(operands).products(flops);
        SymbolicArray a = operands.get(0);
        SymbolicArray b = operands.get(1);
        DataType type = Types.promoted(operands);
        MemoryLedger.Storage left = a.storage();
        MemoryLedger.Storage right = b.storage();
        if (precision != Precision.FLOAT32 && Types.isFloating(type) && type != DataType.FLOAT64) {
            type = Types.of(precision);
            recording.autocast(precision);
            left = recording.cast(a, type);
            right = recording.cast(b, type);
        }
        recording.savesIf(b.differentiable(), left).savesIf(a.differentiable(), right);
        if (kind == OperationKind.CONVOLUTION) {
            boolean channelsLast = Strides.isNhwc(a) || Strides.isNhwc(b);
            // oneDNN uses its own layouts: it reorders the weights, and images that are not channels-last.
            long images = channelsLast ? 0 : a.shape().size() + to.size();
            recording.scratch((b.shape().size() + images) * type.getNumOfBytes());
            return recording.makes(to, type, channelsLast ? Strides.nhwc(to) : Strides.dense(to));
        }
        return recording.makes(to, type);
    }

    private static RefusedOperationException unfit(SymbolicCall call, Shape one, Shape other) {
        return new RefusedOperationException(call.name() + ": expected shapes that can be multiplied, got "
                + Arrays.asList(one, other) + ": check the input shapes against the model");
    }
}
