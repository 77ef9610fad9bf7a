package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.lang.reflect.InvocationTargetException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vivace.torch.Autocast;
import org.vivace.torch.Autograd;
import org.vivace.torch.GradMode;
import org.vivace.torch.Precision;

/**
 * One operation, done on arrays of random numbers of the shapes, types and strides that a trace saw, so that it can be
 * timed alone.
 */
final class Replay implements AutoCloseable {

    /** How long one repetition took, in seconds. */
    record Seconds(double forward, double backward) {}

    private final Recording recording;
    private final SymbolicCall call;
    private final Device device;
    private final NDManager manager;
    private final List<SymbolicArray> symbols;
    private final Map<SymbolicArray, NDArray> bases = new IdentityHashMap<>();
    private final boolean inPlace;
    private final OtherMemory otherMemory;

    Replay(Recording recording, Device device, OtherMemory otherMemory) {
        this.otherMemory = otherMemory;
        this.recording = recording;
        this.device = device;
        call = recording.call();
        manager = NDManager.newBaseManager(device);
        symbols = call.operands();
        inPlace = Elementwise.isInPlace(call.name());
        for (int i = 0; i < symbols.size(); i++) {
            int at = i;
            bases.computeIfAbsent(
                    symbols.get(i),
                    symbol -> RandomNumbers.like(recording.operands().get(at), bound(), manager));
        }
    }

    /** Forward, and backward where a gradient would be recorded. The first repetition is slower than the rest. */
    Seconds repeat() {
        try (NDManager scope = manager.newSubManager()) {
            Map<SymbolicArray, NDArray> operands = new IdentityHashMap<>();
            boolean recorded = false;
            for (int i = 0; i < symbols.size(); i++) {
                Operand operand = recording.operands().get(i);
                boolean leaf = operand.differentiable() && recording.differentiableWhenRecorded() && !inPlace;
                recorded |= leaf;
                operands.computeIfAbsent(symbols.get(i), symbol -> ready(base(symbol), operand, leaf, scope));
            }
            try (GradMode mode = recorded ? GradMode.on() : GradMode.off()) {
                return timed(operands, scope, recorded);
            }
        }
    }

    private Seconds timed(Map<SymbolicArray, NDArray> operands, NDManager scope, boolean recorded) {
        otherMemory.touch();
        long begin = System.nanoTime();
        NDArray result;
        if (recording.autocast() == Precision.FLOAT32) {
            result = result(operands);
        } else {
            try (Autocast low = Autocast.enter(device, recording.autocast())) {
                result = result(operands);
            }
        }
        settle(result);
        double forward = (System.nanoTime() - begin) / 1e9;
        if (!recorded || !Autograd.reaches(result)) {
            return new Seconds(forward, 0);
        }
        result.attach(scope);
        NDArray gradient = onesLike(result);
        otherMemory.touch();
        begin = System.nanoTime();
        Autograd.backward(result, gradient, false);
        settle(gradient);
        return new Seconds(forward, (System.nanoTime() - begin) / 1e9);
    }

    /** Of the result's type and order in memory, as a gradient arrives. */
    private static NDArray onesLike(NDArray result) {
        try (GradMode none = GradMode.off();
                NDArray zeros = result.mul(0)) {
            return zeros.add(1);
        }
    }

    /** A GPU works on while Java goes ahead, until a number is read. */
    private void settle(NDArray array) {
        if (device.isGpu()) {
            array.toType(DataType.FLOAT32, false).flatten().get(0).getFloat();
        }
    }

    private NDArray result(Map<SymbolicArray, NDArray> operands) {
        try {
            Object result = call.on(operands::get, manager);
            return result instanceof NDList list ? list.head() : (NDArray) result;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    "could not time " + call.name() + " alone: "
                            + e.getTargetException().getMessage(),
                    e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not call " + call.name(), e);
        }
    }

    private NDArray base(SymbolicArray symbol) {
        return Objects.requireNonNull(bases.get(symbol), "expected numbers for each operand");
    }

    private NDArray ready(NDArray base, Operand operand, boolean leaf, NDManager scope) {
        if (operand.parameter()) {
            // Its gradient is there from the step before, and is added to.
            if (leaf && !base.hasGradient()) {
                base.setRequiresGradient(true);
            }
            return base;
        }
        NDArray fresh = base.stopGradient();
        fresh.attach(scope);
        if (leaf) {
            fresh.setRequiresGradient(true);
        }
        return fresh;
    }

    /** Whole numbers are indices into the other operand, if anything. */
    private long bound() {
        return switch (call.name()) {
            case "embedding" ->
                recording.operands().stream()
                        .filter(operand -> Types.isFloating(operand.type()))
                        .mapToLong(operand -> operand.shape().get(0))
                        .findFirst()
                        .orElse(2);
            default -> Indexing.bound(call).orElse(2);
        };
    }

    @Override
    public void close() {
        manager.close();
    }
}
