package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The operations of {@link NDArray} that make arrays of arrays, each as a block's body might call it.
 *
 * @param name of the method, and in brackets what is special about the call
 * @param body takes an array of shape (4, 4) with 16 different values in (0, 1); what it returns is summed up
 */
record NDArrayOperations(String name, UnaryOperator<NDArray> body) {

    private static final Shape SHAPE = new Shape(4, 4);

    String method() {
        return name.replaceAll(" .*", "");
    }

    @Override
    public String toString() {
        return name;
    }

    static List<NDArrayOperations> all() {
        List<NDArrayOperations> all = new ArrayList<>();
        all.addAll(casts());
        all.addAll(IndexOperations.all());
        all.addAll(arithmetic());
        all.addAll(inPlace());
        all.addAll(functions());
        all.addAll(reductions());
        all.addAll(shapes());
        all.addAll(others());
        all.addAll(LayerOperations.all());
        return all;
    }

    private static List<NDArrayOperations> casts() {
        return List.of(
                of("toType (fp32)", x -> x.toType(DataType.FLOAT32, false)),
                of("toType (a copy in fp32)", x -> x.toType(DataType.FLOAT32, true)),
                of("toType (its own type)", x -> x.toType(x.getDataType(), false)),
                of("toType (a copy in its own type)", x -> x.toType(x.getDataType(), true)),
                of("toType (fp32 to another's type)", x -> wide(x).toType(x.getDataType(), false)),
                of("toType (fp32 to another's type, a copy)", x -> wide(x).toType(x.getDataType(), true)),
                of("toType (where it is not fp32)", NDArrayOperations::inFloat32),
                of("toType (fp64)", x -> x.toType(DataType.FLOAT64, false).toType(DataType.FLOAT32, false)),
                of("toType (a mask)", x -> x.mul(x.gt(0.5).toType(DataType.FLOAT32, false))),
                of("toType (a mask of its own type)", x -> x.mul(x.gt(0.5).toType(x.getDataType(), false))),
                of("toType (the largest's place)", x -> x.mul(at(x).toType(DataType.FLOAT32, false))),
                of("toDevice", x -> x.toDevice(Device.cpu(), false)),
                of("toDevice (a copy)", x -> x.toDevice(Device.cpu(), true)),
                of("duplicate", NDArray::duplicate),
                of("stopGradient", NDArray::stopGradient),
                of("scaleGradient", x -> x.scaleGradient(3)),
                of("toDense", NDArray::toDense),
                of("toSparse", x -> x.toSparse(SparseFormat.COO)),
                of("zerosLike", x -> x.zerosLike().add(x)),
                of("onesLike", x -> x.onesLike().mul(x)),
                of("like", x -> x.like().mul(0).add(x)),
                of("oneHot", x -> x.mul(x.argMax(1).oneHot(4, x.getDataType()))),
                of("oneHot (fp32)", x -> x.mul(x.argMax(1).oneHot(4))));
    }

    private static NDArray inFloat32(NDArray x) {
        return x.getDataType() == DataType.FLOAT32 ? x : x.toType(DataType.FLOAT32, false);
    }

    private static NDArray at(NDArray x) {
        return x.argMax(1).expandDims(1);
    }

    /** Another array of the same shape, which autocast leaves in fp32. */
    static NDArray wide(NDArray x) {
        return x.toType(DataType.FLOAT32, false).softmax(1);
    }

    private static List<NDArrayOperations> arithmetic() {
        List<NDArrayOperations> all = new ArrayList<>(List.of(
                of("add", x -> x.add(2)),
                of("sub", x -> x.sub(2)),
                of("mul", x -> x.mul(2)),
                of("div", x -> x.div(2)),
                of("mod", x -> x.mod(0.5)),
                of("pow", x -> x.pow(2)),
                of("maximum", x -> x.maximum(0.5)),
                of("minimum", x -> x.minimum(0.5)),
                of("eq", x -> x.mul(x.eq(0.25))),
                of("neq", x -> x.mul(x.neq(0.25))),
                of("gt", x -> x.mul(x.gt(0.25))),
                of("gte", x -> x.mul(x.gte(0.25))),
                of("lt", x -> x.mul(x.lt(0.25))),
                of("lte", x -> x.mul(x.lte(0.25)))));
        for (boolean wide : new boolean[] {false, true}) {
            Function<NDArray, NDArray> other =
                    x -> wide ? wide(x).add(0.1) : x.flip(0).add(0.1);
            String with = wide ? " (with fp32)" : " (with an array)";
            all.addAll(List.of(
                    of("add" + with, x -> x.add(other.apply(x))),
                    of("sub" + with, x -> x.sub(other.apply(x))),
                    of("mul" + with, x -> x.mul(other.apply(x))),
                    of("div" + with, x -> x.div(other.apply(x))),
                    of("mod" + with, x -> x.mod(other.apply(x).stopGradient())),
                    of("pow" + with, x -> x.pow(other.apply(x))),
                    of("xlogy" + with, x -> x.xlogy(other.apply(x))),
                    of("atan2" + with, x -> x.atan2(other.apply(x))),
                    of("maximum" + with, x -> x.maximum(other.apply(x))),
                    of("minimum" + with, x -> x.minimum(other.apply(x))),
                    of("dot" + with, x -> x.dot(other.apply(x))),
                    of("matMul" + with, x -> x.matMul(other.apply(x))),
                    of(
                            "batchMatMul" + with,
                            x -> x.expandDims(0).batchMatMul(other.apply(x).expandDims(0))),
                    of("batchDot" + with, x -> x.batchDot(other.apply(x))),
                    of("stack" + with, x -> x.stack(other.apply(x), 1)),
                    of("concat" + with, x -> x.concat(other.apply(x), 1)),
                    of("where" + with, x -> NDArrays.where(x.gt(0.5), x, other.apply(x)))));
        }
        return all;
    }

    private static List<NDArrayOperations> inPlace() {
        List<NDArrayOperations> all = new ArrayList<>(List.of(
                of("addi", x -> x.mul(3).addi(2)),
                of("subi", x -> x.mul(3).subi(2)),
                of("muli", x -> x.mul(3).muli(2)),
                of("divi", x -> x.mul(3).divi(2)),
                of("modi", x -> x.mul(3).modi(0.5)),
                of("powi", x -> x.mul(3).powi(2)),
                of("negi", x -> x.mul(3).negi()),
                of("signi", x -> x.mul(3).signi().add(x))));
        for (boolean wide : new boolean[] {false, true}) {
            Function<NDArray, NDArray> other =
                    x -> wide ? wide(x).add(0.1) : x.flip(0).add(0.1);
            String with = wide ? " (with fp32)" : " (with an array)";
            all.addAll(List.of(
                    of("addi" + with, x -> x.mul(3).addi(other.apply(x))),
                    of("subi" + with, x -> x.mul(3).subi(other.apply(x))),
                    of("muli" + with, x -> x.mul(3).muli(other.apply(x))),
                    of("divi" + with, x -> x.mul(3).divi(other.apply(x))),
                    of("modi" + with, x -> x.mul(3).modi(other.apply(x).stopGradient())),
                    of("powi" + with, x -> x.mul(3).powi(other.apply(x)))));
        }
        return all;
    }

    private static List<NDArrayOperations> functions() {
        return List.of(
                of("sign", x -> x.sign().add(x)),
                of("neg", NDArray::neg),
                of("abs", NDArray::abs),
                of("square", NDArray::square),
                of("sqrt", NDArray::sqrt),
                of("cbrt", NDArray::cbrt),
                of("floor", x -> x.floor().add(x)),
                of("ceil", x -> x.ceil().add(x)),
                of("round", x -> x.round().add(x)),
                of("trunc", x -> x.trunc().add(x)),
                of("exp", NDArray::exp),
                of("gammaln", NDArray::gammaln),
                of("log", NDArray::log),
                of("log10", NDArray::log10),
                of("log2", NDArray::log2),
                of("sin", NDArray::sin),
                of("cos", NDArray::cos),
                of("tan", NDArray::tan),
                of("asin", NDArray::asin),
                of("acos", NDArray::acos),
                of("atan", NDArray::atan),
                of("sinh", NDArray::sinh),
                of("cosh", NDArray::cosh),
                of("tanh", NDArray::tanh),
                of("asinh", NDArray::asinh),
                of("acosh", x -> x.add(2).acosh()),
                of("atanh", NDArray::atanh),
                of("toDegrees", NDArray::toDegrees),
                of("toRadians", NDArray::toRadians),
                of("erfinv", NDArray::erfinv),
                of("erf", NDArray::erf),
                of("clip", x -> x.clip(0.2, 0.6)),
                of("softmax", x -> x.softmax(1)),
                of("logSoftmax", x -> x.logSoftmax(1)),
                of("normalize", NDArray::normalize),
                of("inverse", x -> x.add(x.getManager().eye(4).mul(2)).inverse()),
                of("isInfinite", x -> x.mul(x.isInfinite().logicalNot())),
                of("isNaN", x -> x.mul(x.isNaN().logicalNot())),
                of("logicalNot", x -> x.mul(x.gt(0.5).logicalNot())),
                of("logicalAnd", x -> x.mul(x.gt(0.5).logicalAnd(x.lt(0.7)))),
                of("logicalOr", x -> x.mul(x.gt(0.5).logicalOr(x.lt(0.3)))),
                of("logicalXor", x -> x.mul(x.gt(0.5).logicalXor(x.lt(0.7)))));
    }

    private static List<NDArrayOperations> reductions() {
        return List.of(
                of("max", NDArray::max),
                of("max (of an axis)", x -> x.max(new int[] {1})),
                of("min", NDArray::min),
                of("min (of an axis)", x -> x.min(new int[] {1})),
                of("sum", NDArray::sum),
                of("sum (of an axis)", x -> x.sum(new int[] {1}, true)),
                of("mean", NDArray::mean),
                of("mean (of an axis)", x -> x.mean(new int[] {1}, true)),
                of("prod", x -> x.add(0.5).prod()),
                of("prod (of an axis)", x -> x.add(0.5).prod(new int[] {1})),
                of("cumProd", x -> x.cumProd(1)),
                of("cumSum", x -> x.cumSum(1)),
                of("norm", NDArray::norm),
                of("norm (of an axis)", x -> x.norm(new int[] {1})),
                of("percentile", x -> x.percentile(50)),
                of("median", x -> x.median(new int[] {1})),
                of("argMax", x -> x.mul(at(x))),
                of("argMin", x -> x.mul(x.argMin(1).expandDims(1))),
                of("argSort", x -> x.mul(x.argSort(1))),
                of("sort", x -> x.sort(1)),
                of("all", x -> x.mul(x.gt(0).all())),
                of("any", x -> x.mul(x.gt(0).any())),
                of("none", x -> x.mul(x.lt(0).none())),
                of("countNonzero", x -> x.mul(x.countNonzero())));
    }

    private static List<NDArrayOperations> shapes() {
        return List.of(
                of("flatten", NDArray::flatten),
                of("reshape", x -> x.reshape(2, 8)),
                of("expandDims", x -> x.expandDims(1)),
                of("squeeze", x -> x.expandDims(1).squeeze(1)),
                of("swapAxes", x -> x.swapAxes(0, 1)),
                of("transpose", NDArray::transpose),
                of("flip", x -> x.flip(1)),
                of("rotate90", x -> x.rotate90(1, new int[] {0, 1})),
                of("broadcast", x -> x.expandDims(0).broadcast(new Shape(3, 4, 4))),
                of("repeat", x -> x.repeat(1, 2)),
                of("tile", x -> x.tile(1, 2)),
                of("pad", x -> x.pad(new Shape(1, 1), 0.5)));
    }

    private static List<NDArrayOperations> others() {
        return List.of(
                of("fft", x -> x.fft(4, 1).real()),
                of("ifft", x -> x.ifft(4, 1).real()),
                of("rfft", x -> x.rfft(4, 1).real()),
                of("irfft", x -> x.irfft(4, 1)),
                of("fft2", x -> x.fft2(new long[] {4, 4}).real()),
                of("ifft2", x -> x.ifft2(new long[] {4, 4}).real()),
                of(
                        "stft",
                        x -> x.stft(4, 2, true, x.getManager().ones(new Shape(4)), false, true)
                                .real()),
                of("complex", x -> x.reshape(4, 2, 2).complex().real()),
                of("real", x -> x.fft(4, 1).real()),
                of("conj", NDArray::conj),
                of("diff", x -> x.diff(1, 1)));
    }

    static NDArray longs(NDArray x, long... values) {
        return x.getManager().create(values);
    }

    static NDArrayOperations of(String name, UnaryOperator<NDArray> body) {
        return new NDArrayOperations(name, body);
    }

    /** The product that low precision comes from; its values are exact in bf16 and fp16. */
    static NDArray product(NDArray weight) {
        return weight.getManager().eye(4).matMul(weight);
    }

    static float[] values() {
        float[] values = new float[(int) SHAPE.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (3 * ((7 * i + 3) % values.length) + 4) / 64f;
        }
        return values;
    }

    /** A sum in which each value of the outputs counts differently. */
    static NDArray weighted(NDList outputs) {
        NDArray output = Cast.toFloat32(outputs).head().flatten();
        int size = (int) output.getShape().size();
        return output.mul(output.getManager().arange(1f, size + 1f).div(size)).sum();
    }
}
