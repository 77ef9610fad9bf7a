package org.vivace.trace;

import ai.djl.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.vivace.torch.OperatorTrace;
import org.vivace.trace.OperatorTotals.Key;
import org.vivace.train.ObservedBlocks;

/**
 * The operators of one or several steps: their times, FLOPs and bytes, their blocks and phases.
 *
 * <pre>{@code
 * Operators operators = Operators.record(model, () -> {
 *     EasyTrain.trainBatch(trainer, batch);
 *     Operators.during(Part.OPTIMIZER, trainer::step);
 * });
 * }</pre>
 *
 * <p>Phases that are not named by {@link #during} are inferred from what runs: forward is the root block, backward is
 * what autograd runs, loss is what lies between them, and optimizer is what changes arrays in place afterwards. A step
 * is looked at from its forward pass to the next, so that a backward pass finds the operators of its own step only.
 *
 * <p>Recording takes about 1.4 µs an event: the step of a decoder of two layers, width 128, context 64 and batch 8 took
 * 1.6 times its 5.1 ms on one core, with 2100 events, and reading and sorting them another 39 ms after it; the longer
 * the operators, the less it is. So this shows which operators take the time of a step, not how long a step takes; for
 * that, time it without. On a GPU the times are the host's, and only FLOPs, shapes and order mean anything.
 *
 * <p>A block is identified by its path below the model's root, as in a profile; the root itself by the name of its
 * class.
 *
 * @param all callers before what they call, by their beginnings
 * @param blocks the stretches of time of blocks: forward passes, outer before inner, then what ran of backward passes
 * @param unseen the paths of blocks that could not be observed, whose operators count for the block around them
 */
public record Operators(List<Operator> all, List<BlockSpan> blocks, BackwardMatch backward, List<String> unseen) {

    public Operators {
        all = List.copyOf(all);
        blocks = List.copyOf(blocks);
        unseen = List.copyOf(unseen);
    }

    /**
     * Runs the steps on this thread and writes their operators down. The model is as it was afterwards, also where the
     * steps throw.
     *
     * @param model whose blocks the operators are put into; a {@code Run} for it must exist already
     * @throws IllegalArgumentException where the steps run no operator on this thread
     * @throws IllegalStateException where a recording is going on already
     */
    public static Operators record(Model model, Runnable steps) {
        List<String> numbered = new ArrayList<>();
        Map<String, Integer> numbers = new java.util.HashMap<>();
        try (OperatorTrace trace = OperatorTrace.start();
                ObservedBlocks blocks = ObservedBlocks.of(model, (path, forward) -> {
                    if (!OperatorTrace.recording()) {
                        return forward.get(); // on another thread, which the trace does not see
                    }
                    int number = numbers.computeIfAbsent(path, unused -> numbers.size());
                    try (OperatorTrace.Range range = OperatorTrace.range(Attribution.BLOCK + number)) {
                        return forward.get();
                    }
                })) {
            steps.run();
            List<TraceEvent> events = operators(trace.stop());
            numbers.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .forEach(entry -> numbered.add(entry.getKey()));
            return of(events, numbered, blocks.unseen());
        }
    }

    /** The same without blocks: what runs before the backward pass is the forward then, the loss included. */
    public static Operators record(Runnable steps) {
        try (OperatorTrace trace = OperatorTrace.start()) {
            steps.run();
            return of(operators(trace.stop()), List.of(), List.of());
        }
    }

    /** The operators of a trace that was written earlier, without blocks. */
    public static Operators read(Path file) {
        return of(operators(file), List.of(), List.of());
    }

    /** Names the phase of what runs here, where a recording is going on on this thread; otherwise just runs it. */
    public static void during(StepPhase phase, Runnable part) {
        try (OperatorTrace.Range range = in(phase)) {
            part.run();
        }
    }

    /** The same for what runs until the range is closed. */
    public static OperatorTrace.Range in(StepPhase phase) {
        return OperatorTrace.range(Attribution.PHASE + phase.name());
    }

    private static List<TraceEvent> operators(Path file) {
        return TraceReader.read(file).stream()
                .filter(event -> !OperatorTrace.ofRanges(event.name()))
                .toList();
    }

    /** @param paths the paths of blocks by the numbers in the names of their ranges */
    static Operators of(List<TraceEvent> events, List<String> paths, List<String> unseen) {
        Attribution attribution = Attribution.of(events, paths);
        List<TracedCall> calls = attribution.calls();
        Map<TracedCall, Integer> indices = new IdentityHashMap<>();
        List<Operator> operators = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            indices.put(calls.get(i), i);
            operators.add(operator(calls, i, indices, attribution.gradients()));
        }
        List<BlockSpan> spans = BlockSpans.of(attribution).stream()
                .map(each ->
                        new BlockSpan(BlockPaths.inModel(each.path()), each.phase(), each.startMicros(), each.micros()))
                .toList();
        return new Operators(
                operators,
                spans,
                attribution.match(),
                unseen.stream().map(BlockPaths::inModel).toList());
    }

    private static Operator operator(
            List<TracedCall> calls,
            int index,
            Map<TracedCall, Integer> indices,
            Map<TracedCall, List<Long>> gradients) {
        TracedCall call = calls.get(index);
        OperatorKind kind = OperatorKind.of(call.name());
        OptionalLong flops = OptionalLong.of(0);
        OptionalLong bytes = OptionalLong.of(0);
        double self = 0;
        if (!partOfAnother(call)) {
            self = counts(call) ? call.event.micros() : call.selfMicros();
            boolean unknown = OperatorKind.ofLists(call.name())
                    || (kind == OperatorKind.OTHER
                            && call.children.isEmpty()
                            && call.name().startsWith("aten::"));
            if (unknown) {
                flops = OptionalLong.empty();
                bytes = OptionalLong.empty();
            } else if (counts(call)) {
                Optional<List<Long>> output = OutputShape.of(call);
                if (output.isEmpty()
                        && kind == OperatorKind.CONVOLUTION
                        && !call.name().contains("backward")) {
                    output = Optional.ofNullable(gradients.get(call))
                            .or(() -> OutputShape.followingConvolution(call, calls, index));
                }
                flops = OperatorFlops.of(call, output);
                bytes = OperatorBytes.of(call, output);
            }
        }
        int caller =
                call.parent == null ? -1 : Objects.requireNonNull(indices.get(call.parent), "a caller comes first");
        return new Operator(call.event, caller, self, call.phase, BlockPaths.inModel(call.block), kind, flops, bytes);
    }

    private static boolean counts(TracedCall call) {
        OperatorKind kind = OperatorKind.of(call.name());
        return kind != OperatorKind.OTHER && kind != OperatorKind.VIEW;
    }

    private static boolean partOfAnother(TracedCall call) {
        for (TracedCall caller = call.parent; caller != null; caller = caller.parent) {
            if (counts(caller)) {
                return true;
            }
        }
        return false;
    }

    /** All of them added up: name, block and phase are empty. */
    public OperatorTotal total() {
        return OperatorTotals.of(all, each -> new Key("", "", Optional.empty())).get(0);
    }

    /** Those that did something of their own, by name, the longest time first. */
    public List<OperatorTotal> byName() {
        return OperatorTotals.of(working(), each -> new Key(each.name(), "", Optional.empty()));
    }

    public List<OperatorTotal> byPhase() {
        return OperatorTotals.of(working(), each -> new Key("", "", Optional.of(each.phase())));
    }

    /** By block and phase. */
    public List<OperatorTotal> byBlock() {
        return OperatorTotals.of(working(), each -> new Key("", each.block(), Optional.of(each.phase())));
    }

    /** By name, block and phase. */
    public List<OperatorTotal> byPlace() {
        return OperatorTotals.of(working(), each -> new Key(each.name(), each.block(), Optional.of(each.phase())));
    }

    /** The FLOPs of one kind of operator, of those where they are known. */
    public long flops(OperatorKind kind) {
        return all.stream()
                .filter(each -> each.kind() == kind)
                .mapToLong(each -> each.flops().orElse(0))
                .sum();
    }

    private List<Operator> working() {
        return all.stream()
                .filter(each -> each.selfMicros() > 0 || each.flops().orElse(1) > 0)
                .toList();
    }
}
