package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * What ends the JVM in stock DJL when an array is bf16, each with what it must do instead, and some neighbours that must
 * go on working (without the guard, 28 of the 39 abort). Runs as a program too, so that a test can watch its exit status.
 */
record DtypeTraps(String name, Consumer<NDArray> body) {

    /** The values of the bf16 array that each trap gets: shape (2, 2), on a manager of its own, exact in bf16. */
    static final float[] VALUES = {1, 2, -0.5f, 3};

    private static final Shape SHAPE = new Shape(2, 2);

    static List<DtypeTraps> all() {
        return List.of(
                trap("softmax", x -> holds(x.softmax(1), 0.26894, 0.73106, 0.02931, 0.97069)),
                trap("logSoftmax", x -> holds(x.logSoftmax(1), -1.31326, -0.31326, -3.52975, -0.02975)),
                trap("cumProd", x -> holds(x.cumProd(1), 1, 2, -0.5, -1.5)),
                trap("cumProd in bf16", x -> holds(x.cumProd(1, DataType.BFLOAT16), 1, 2, -0.5, -1.5)),
                trap("zerosLike", x -> holds(x.zerosLike(), 0, 0, 0, 0)),
                trap("onesLike", x -> holds(x.onesLike(), 1, 1, 1, 1)),
                trap("toDevice copy", x -> holds(x.toDevice(Device.cpu(), true), 1, 2, -0.5, 3)),
                trap(
                        "toDevice",
                        x -> assertThat(x.toDevice(Device.cpu(), false)).isSameAs(x)),
                trap("toType float32", x -> holds(x.toType(DataType.FLOAT32, false), 1, 2, -0.5, 3)),
                trap("toType float16", x -> holds(x.toType(DataType.FLOAT16, false), 1, 2, -0.5, 3)),
                trap("toType bf16", x -> holds(x.toType(DataType.BFLOAT16, true), 1, 2, -0.5, 3)),
                trap("toType its own type", x -> holds(x.toType(x.getDataType(), true), 1, 2, -0.5, 3)),
                trap("duplicate", x -> holds(x.duplicate(), 1, 2, -0.5, 3)),
                trap("zeros", x -> holds(owner(x).zeros(SHAPE, x.getDataType()), 0, 0, 0, 0)),
                trap("ones", x -> holds(owner(x).ones(SHAPE, x.getDataType()), 1, 1, 1, 1)),
                trap("full", x -> holds(owner(x).full(SHAPE, 3f, x.getDataType()), 3, 3, 3, 3)),
                trap("create", x -> shaped(owner(x).create(SHAPE, x.getDataType()))),
                trap("arange", x -> holds(owner(x).arange(0, 2, 0.5f, x.getDataType()), 0, 0.5, 1, 1.5)),
                trap("eye", x -> holds(owner(x).eye(2, 2, 0, x.getDataType()), 1, 0, 0, 1)),
                trap("random normal", x -> shaped(owner(x).randomNormal(0, 1, SHAPE, x.getDataType()))),
                trap("random uniform", x -> shaped(owner(x).randomUniform(0, 1, SHAPE, x.getDataType()))),
                trap("random integer", x -> shaped(owner(x).randomInteger(0, 9, SHAPE, x.getDataType()))),
                trap("zeros in bf16", x -> isBfloat16(owner(x).zeros(SHAPE, DataType.BFLOAT16), 0)),
                trap("ones in bf16", x -> isBfloat16(owner(x).ones(SHAPE, DataType.BFLOAT16), 1)),
                trap("full in bf16", x -> isBfloat16(owner(x).full(SHAPE, 3f, DataType.BFLOAT16), 3)),
                trap("create in bf16", x -> shaped(owner(x).create(SHAPE, DataType.BFLOAT16))),
                trap("a type that libtorch is not given", x -> refuses(() -> owner(x).zeros(SHAPE, DataType.INT16))),
                trap("a buffer of bf16", x -> refuses(() -> owner(x).create(bytes(8), SHAPE, DataType.BFLOAT16))),
                trap("decoding", x -> refuses(() -> NDList.decode(owner(x), new NDList(x).encode()))),
                trap("an axis that is not there", x -> refuses(() -> x.softmax(7))),
                trap("toFloatArray", x -> refuses(x::toFloatArray)),
                trap("getFloat", x -> refuses(() -> x.getFloat(0, 1))),
                trap("print", x -> refuses(x::toString)),
                trap("backward from a bf16 loss", DtypeTraps::backward),
                trap("Adam", x -> step(x, Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.5f)), 0.5)),
                trap("AdamW", x -> step(x, adamW(), 0.5)),
                trap("SGD with momentum", x -> step(x, sgd(), 0.5)),
                trap("division by a sum", x -> holds(low(x.div(x.sum())), 0.1816, 0.3633, -0.0908, 0.5469)),
                trap("comparison", x -> assertThat(x.gt(0).toBooleanArray()).containsExactly(true, true, false, true)));
    }

    private static DtypeTraps trap(String name, Consumer<NDArray> body) {
        return new DtypeTraps(name, body);
    }

    void spring() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            body.accept(Cast.to(manager.create(VALUES, SHAPE), Precision.BFLOAT16));
        }
    }

    public static void main(String[] arguments) {
        for (DtypeTraps trap : all()) {
            System.out.println(trap.name());
            trap.spring();
            System.gc();
        }
        System.out.println("traps survived: " + all().size());
    }

    private static NDManager owner(NDArray array) {
        return array.getManager();
    }

    private static NDArray low(NDArray array) {
        assertThat(Precision.of(array)).isEqualTo(Precision.BFLOAT16);
        return array;
    }

    private static void holds(NDArray found, double... expected) {
        float[] values = found.toType(DataType.FLOAT32, false).toFloatArray();
        assertThat(values).hasSize(expected.length);
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i], within(1e-3));
        }
    }

    private static void shaped(NDArray found) {
        assertThat(found.getShape()).isEqualTo(SHAPE);
        assertThat(found.toType(DataType.FLOAT32, false).toFloatArray()).hasSize(4);
    }

    private static void isBfloat16(NDArray found, double value) {
        holds(low(found), value, value, value, value);
    }

    private static void refuses(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(Exception.class);
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
    }

    private static void backward(NDArray x) {
        NDArray weight = owner(x).ones(SHAPE);
        weight.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(low(Cast.to(weight, Precision.BFLOAT16).mul(x).sum()));
        }
        holds(weight.getGradient(), 1, 2, -0.5, 3);
    }

    private static Optimizer.OptimizerBuilder<?> adamW() {
        return Optimizer.adamW().optLearningRateTracker(Tracker.fixed(0.5f)).optWeightDecays(0);
    }

    private static Optimizer.OptimizerBuilder<?> sgd() {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.5f)).optMomentum(0.9f);
    }

    /** One step from {@code x} against a gradient of ones. */
    private static void step(NDArray x, Optimizer.OptimizerBuilder<?> builder, double change) {
        NDArray gradient = Cast.to(owner(x).ones(SHAPE), Precision.BFLOAT16);
        build(builder).update("weight", x, gradient);
        holds(low(x), 1 - change, 2 - change, -0.5 - change, 3 - change);
    }

    private static Optimizer build(Optimizer.OptimizerBuilder<?> builder) {
        if (builder instanceof Adam.Builder adam) {
            return adam.build();
        } else if (builder instanceof AdamW.Builder adamW) {
            return adamW.build();
        }
        return ((Sgd.Builder) builder).build();
    }
}
