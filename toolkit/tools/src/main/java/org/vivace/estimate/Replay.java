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
 * One recorded operation, run on random arrays of the shapes, types and strides in a trace, to time it alone.
 */
final class Replay implements AutoCloseable {

    /** The time of one repetition, in seconds. */
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

    /** Forward, and backward if a gradient would be recorded. The first repetition is slower than the rest. */
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

    /** Ones in the result's type and memory order, as an incoming gradient has. */
    private static NDArray onesLike(NDArray result) {
        try (GradMode none = GradMode.off();
                NDArray zeros = result.mul(0)) {
            return zeros.add(1);
        }
    }

    /** Waits for a GPU, which runs asynchronously until a number is read. */
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
            // Its gradient exists from the previous step and is accumulated.
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

    /** Integers are indices into the other operand, if any. */
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
