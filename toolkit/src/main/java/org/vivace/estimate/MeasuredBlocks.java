package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vivace.torch.HeldMemory;

/**
 * The blocks of a model that symbolic arrays cannot go through, and what they were seen to cost for real. Each is
 * measured once for each kind of inputs.
 */
final class MeasuredBlocks {

    private final Device device;
    private final Map<String, UnknownBlockException> unknown = new TreeMap<>();
    private final Map<String, Measurement> seen = new HashMap<>();
    private final Map<String, String> notes = new TreeMap<>();

    MeasuredBlocks(Device device) {
        this.device = device;
    }

    /** From the next pass on, that block is not followed but measured. */
    void add(UnknownBlockException found) {
        unknown.put(found.path(), found);
    }

    /** Whether the block is a part of one that is measured. */
    boolean isWithin(String path) {
        return unknown.keySet().stream()
                .anyMatch(outer -> !path.equals(outer) && (outer.isEmpty() || path.startsWith(outer + "/")));
    }

    /** How each block was measured and why, a sentence each. */
    List<String> notes() {
        return notes.entrySet().stream()
                .filter(note -> !isWithin(note.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * The block's own forward pass on symbolic arrays; or, where it is known that these cannot go through, one operation
     * that makes what the block makes for real.
     *
     * @throws UnknownBlockException where it shows now that they cannot
     */
    NDList run(Trace trace, ForwardPass forward) {
        if (unknown.containsKey(forward.path())) {
            return asOneOperation(trace, forward);
        }
        try {
            return forward.call().proceed(forward.inputs());
        } catch (UnknownOperationException e) {
            throw new UnknownBlockException(forward.path(), e.why(), e);
        } catch (ClassCastException e) {
            if (String.valueOf(e.getMessage()).contains("$Proxy")) {
                throw new UnknownBlockException(forward.path(), "it wants arrays of the engine's own class", e);
            }
            throw e;
        }
    }

    private NDList asOneOperation(Trace trace, ForwardPass forward) {
        List<SymbolicArray> inputs = symbols(trace, forward.inputs());
        List<SymbolicArray> labels =
                forward.call().labels().map(given -> symbols(trace, given)).orElse(List.of());
        List<SymbolicArray> weights = forward.block().getParameters().values().stream()
                .map(((SymbolicParameters) forward.call().parameters())::symbol)
                .toList();
        NDList others = new NDList();
        inputs.stream().skip(1).forEach(each -> others.add(each.proxy()));
        labels.forEach(each -> others.add(each.proxy()));
        Object[] arguments = {name(forward), others};
        Call call = new Call(inputs.get(0), "forward", false, arguments, (self, given) -> {
            throw new IllegalStateException("a block that was measured is not done alone again");
        });
        Recording recording = new Recording(OperationKind.MEASURED, name(forward), call)
                .autocast(trace.autocast())
                .reads(inputs)
                .reads(weights);
        boolean recorded = recording.differentiable();
        Measurement cost = seen.computeIfAbsent(
                OperationKey.of(recording) + recorded,
                key -> measured(
                        forward,
                        new RealPass.Setting(
                                forward.call(),
                                operands(inputs),
                                operands(labels),
                                device,
                                trace.autocast(),
                                recorded)));
        boolean before = trace.recordGradients(trace.recordsGradients() && cost.differentiable());
        try {
            return results(trace, recording.measured(cost), cost, forward.inputs(), inputs, weights);
        } finally {
            trace.recordGradients(before);
        }
    }

    private static NDList results(
            Trace trace,
            Recording recording,
            Measurement cost,
            NDList given,
            List<SymbolicArray> inputs,
            List<SymbolicArray> weights) {
        trace.ledger().brieflyHeld(cost.forward().peak());
        // Which of them autograd keeps is not known; there they are in any case.
        inputs.forEach(input -> recording.saves(input.storage()));
        weights.forEach(weight -> recording.saves(weight.storage()));
        recording.saves(trace.ledger().storage(cost.saved()));
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

    private Measurement measured(ForwardPass forward, RealPass.Setting setting) {
        UnknownBlockException found = unknown.get(forward.path());
        try {
            Measurement cost = BlockMeasurement.of(setting);
            notes.put(forward.path(), note(forward, setting, found.why()));
            return cost;
        } catch (RuntimeException e) {
            RuntimeException first = found.getCause();
            first.addSuppressed(e);
            throw first;
        }
    }

    private static String note(ForwardPass forward, RealPass.Setting setting, String why) {
        boolean whole = setting.inputs().stream().anyMatch(input -> !Types.isFloating(input.type()));
        boolean real = setting.inputs().stream().anyMatch(input -> Types.isFloating(input.type()));
        return name(forward) + " was measured once, since " + why + ": it ran alone on "
                + (real ? "random numbers" : "")
                + (real && whole ? " and, for whole ones, " : "")
                + (whole ? "zeros" : "")
                + (HeldMemory.bytes(setting.device()).isPresent()
                        ? ""
                        : "; of its memory only that of its results is counted, since this system does not tell more");
    }

    private static String name(ForwardPass forward) {
        String type = forward.block().getClass().getSimpleName();
        String block = type.isEmpty() ? "a block" : type;
        return forward.path().isEmpty() ? block : block + " at " + forward.path();
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
