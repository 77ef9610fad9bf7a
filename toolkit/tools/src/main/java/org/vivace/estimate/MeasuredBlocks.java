package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.vivace.torch.MemoryFormat;

/**
 * The blocks and operations of a model that cannot be followed with symbolic arrays, and their measured costs. Each is
 * measured once for each kind of inputs; or none is, and they count as free.
 */
final class MeasuredBlocks {

    private final Device device;
    private final MemoryFormat images;
    private final boolean measures;
    private final Map<String, UnknownBlockException> unknown = new TreeMap<>();
    private final Map<String, Measurement> seen = new HashMap<>();
    private final Map<String, String> notes = new TreeMap<>();

    /**
     * @param images the memory layout of weights with four axes
     * @param measures whether blocks may be run
     */
    MeasuredBlocks(Device device, MemoryFormat images, boolean measures) {
        this.device = device;
        this.images = images;
        this.measures = measures;
    }

    /** From the next pass on, this block is measured instead of followed. */
    void add(UnknownBlockException found) {
        unknown.put(found.path(), found);
    }

    /** Whether the block is part of a measured one. */
    boolean isWithin(String path) {
        return unknown.keySet().stream()
                .anyMatch(outer -> !path.equals(outer) && (outer.isEmpty() || path.startsWith(outer + "/")));
    }

    /** The paths of the blocks that count as free. */
    List<String> leftOut() {
        return measures
                ? List.of()
                : unknown.keySet().stream().filter(path -> !isWithin(path)).toList();
    }

    /** How each was measured and why, a sentence each. */
    List<String> notes() {
        return notes.entrySet().stream()
                .filter(note -> !isWithin(note.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * The block's own forward pass on symbolic arrays; or, if it is known that it cannot be followed, one operation
     * with the block's measured results.
     *
     * @throws UnknownBlockException if it turns out that it cannot be followed
     * @throws FailedBlockException if the block throws
     */
    NDList run(Trace trace, ForwardPass forward) {
        if (unknown.containsKey(forward.path())) {
            return asOneOperation(trace, forward);
        }
        try {
            return forward.call().proceed(forward.inputs());
        } catch (UnknownOperationException e) {
            throw new UnknownBlockException(forward.path(), e.why(), e);
        } catch (RefusedOperationException e) {
            throw e.in(forward.path());
        } catch (UnknownBlockException | FailedBlockException | CancellationException e) {
            throw e;
        } catch (ClassCastException e) {
            if (String.valueOf(e.getMessage()).contains("$Proxy")) {
                throw new UnknownBlockException(forward.path(), "it wants arrays of the engine's own class", e);
            }
            throw failed(forward, e);
        } catch (RuntimeException e) {
            throw failed(forward, e);
        }
    }

    private static FailedBlockException failed(ForwardPass forward, RuntimeException thrown) {
        List<Shape> shapes = forward.inputs().stream().map(NDArray::getShape).toList();
        return new FailedBlockException(forward.name(), shapes, thrown);
    }

    /**
     * Measures an operation without a rule, alone.
     *
     * @throws UnknownOperationException if it does not run alone; the reason is among the suppressed exceptions
     */
    NDList run(SymbolicCall call) {
        if (!measures) {
            throw new UnknownOperationException(call.name(), call.path());
        }
        Trace trace = call.trace();
        List<SymbolicArray> operands = call.operands();
        Recording recording = new Recording(OperationKind.MEASURED, call.name(), call)
                .autocast(trace.autocast())
                .reads(operands);
        RealPass.Setting setting = setting(
                trace,
                recording,
                (parameters, inputs, labels) -> real(call, operands, inputs),
                operands,
                Optional.empty());
        Measurement cost;
        try {
            cost = seen.computeIfAbsent(
                    OperationKey.of(recording) + setting.recorded(), key -> BlockMeasurement.of(setting));
        } catch (RuntimeException e) {
            UnknownOperationException unmeasured = new UnknownOperationException(call.name(), call.path());
            unmeasured.addSuppressed(e);
            throw unmeasured;
        }
        String place = trace.path();
        notes.put(
                place + "/" + call.name(),
                setting.note(
                        call.name() + " in " + (place.isEmpty() ? "the model" : place),
                        "an estimate has no rule for it"));
        NDList given = new NDList();
        operands.forEach(each -> given.add(each.proxy()));
        return results(trace, recording, cost, given, operands, List.of());
    }

    private static NDList real(SymbolicCall call, List<SymbolicArray> operands, NDList inputs) {
        Map<SymbolicArray, NDArray> values = new IdentityHashMap<>();
        for (int i = 0; i < operands.size(); i++) {
            values.putIfAbsent(operands.get(i), inputs.get(i));
        }
        try {
            Object result = call.on(values::get, inputs.head().getManager());
            return result instanceof NDList list ? list : new NDList((NDArray) result);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(call.name() + " failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not call " + call.name(), e);
        }
    }

    private NDList asOneOperation(Trace trace, ForwardPass forward) {
        List<SymbolicArray> inputs = symbols(trace, forward.inputs());
        Optional<List<SymbolicArray>> labels = forward.call().labels().map(given -> symbols(trace, given));
        List<SymbolicArray> weights = SymbolicParameters.of(forward.block())
                .map(((SymbolicParameters) forward.call().parameters())::symbol)
                .toList();
        NDList others = new NDList();
        inputs.stream().skip(1).forEach(each -> others.add(each.proxy()));
        labels.ifPresent(given -> given.forEach(each -> others.add(each.proxy())));
        Object[] arguments = {forward.name(), others};
        SymbolicCall call = new SymbolicCall(inputs.get(0), "forward", false, arguments, (self, given) -> {
            throw new IllegalStateException("a block that was measured is not done alone again");
        });
        Recording recording = new Recording(OperationKind.MEASURED, forward.name(), call)
                .autocast(trace.autocast())
                .reads(inputs)
                .reads(weights);
        Measurement cost = seen.computeIfAbsent(
                OperationKey.of(recording) + recording.differentiable(),
                key -> measures ? measured(forward, recording, trace, inputs, labels) : leftOut(forward));
        return results(trace, recording, cost, forward.inputs(), inputs, weights);
    }

    /** @throws IllegalArgumentException if the block does not give its output shapes */
    private Measurement leftOut(ForwardPass forward) {
        Shape[] shapes = forward.inputs().stream().map(NDArray::getShape).toArray(Shape[]::new);
        DataType[] types = forward.inputs().stream()
                .map(NDArray::getDataType)
                // DJL aborts the JVM if it is given one of the others.
                .map(type -> Types.isLow(type) || type == DataType.UNKNOWN ? DataType.FLOAT32 : type)
                .toArray(DataType[]::new);
        Shape[] outputs;
        try {
            outputs = forward.block().getOutputShapes(shapes, types);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "expected a model that can be followed, found that " + forward.name() + " cannot, since "
                            + why(forward) + ", and does not give its output shapes: give it a"
                            + " getOutputShapes",
                    e);
        }
        return Measurement.ofNothing(List.of(outputs));
    }

    private RealPass.Setting setting(
            Trace trace,
            Recording recording,
            RealPass.Body body,
            List<SymbolicArray> inputs,
            Optional<List<SymbolicArray>> labels) {
        return new RealPass.Setting(
                body,
                operands(inputs),
                labels.map(MeasuredBlocks::operands),
                device,
                trace.autocast(),
                images,
                recording.differentiable());
    }

    private static NDList results(
            Trace trace,
            Recording recording,
            Measurement cost,
            NDList given,
            List<SymbolicArray> inputs,
            List<SymbolicArray> weights) {
        boolean before = trace.recordGradients(trace.recordsGradients() && cost.differentiable());
        try {
            return made(recording.measured(cost), cost, given, inputs, weights);
        } finally {
            trace.recordGradients(before);
        }
    }

    private static NDList made(
            Recording recording,
            Measurement cost,
            NDList given,
            List<SymbolicArray> inputs,
            List<SymbolicArray> weights) {
        MemoryLedger ledger = recording.call().trace().ledger();
        ledger.brieflyHeld(cost.forward().peak());
        // Which of them autograd saves is not known; they are in memory in any case.
        inputs.forEach(input -> recording.saves(input.storage()));
        weights.forEach(weight -> recording.saves(weight.storage()));
        recording.saves(ledger.storage(cost.saved()));
        recording.makesAndSaves(new Shape(cost.keptAndSaved()), DataType.UINT8);
        recording.makes(new Shape(cost.kept()), DataType.UINT8);
        NDList results = new NDList();
        for (Measurement.Output output : cost.outputs()) {
            if (output.input() >= 0) {
                results.add(given.get(output.input()));
                continue;
            }
            SymbolicArray made = recording.makes(output.shape(), output.type());
            if (!output.differentiable()) {
                made.cutGradient();
            }
            results.add(made.proxy());
        }
        return results;
    }

    private Measurement measured(
            ForwardPass forward,
            Recording recording,
            Trace trace,
            List<SymbolicArray> inputs,
            Optional<List<SymbolicArray>> labels) {
        try (NDManager manager = NDManager.newBaseManager(device);
                MeasuredModules modules = new MeasuredModules(forward.block(), manager)) {
            RealPass.Setting setting = setting(trace, recording, modules.pass(forward.call()), inputs, labels);
            Measurement cost = BlockMeasurement.of(setting);
            notes.put(forward.path(), setting.note(forward.name(), why(forward)));
            return cost;
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            String run = forward.name() + ", run on random numbers since " + why(forward) + ",";
            throw new FailedBlockException(
                    run, inputs.stream().map(SymbolicArray::shape).toList(), e);
        }
    }

    private String why(ForwardPass forward) {
        return Objects.requireNonNull(unknown.get(forward.path()), "expected a block that cannot be followed")
                .why();
    }

    private static List<SymbolicArray> symbols(Trace trace, NDList arrays) {
        List<SymbolicArray> symbols = new ArrayList<>();
        for (NDArray array : arrays) {
            symbols.add(trace.symbolic(array));
        }
        return symbols;
    }

    private static List<Operand> operands(List<SymbolicArray> arrays) {
        return arrays.stream().map(SymbolicArray::asOperand).toList();
    }
}
