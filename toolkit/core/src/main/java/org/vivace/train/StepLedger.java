package org.vivace.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.BackwardTape;

/**
 * What the current step has done so far. A loop that the run does not drive may bypass a place where a method acts;
 * then the step is refused, since the method would be only partly active.
 */
final class StepLedger {

    /** A place that a loop can bypass. */
    private enum Place {
        FORWARD(
                List.of("onBatch", "aroundForward"),
                "expected this step's forward pass from the trainer, where %s acts, got a backward pass from another"
                        + " forward pass: call trainer.forward(data, labels)"),
        LOSS(
                List.of("onLoss"),
                "expected this step's loss from the trainer, where %s acts, got a backward pass from another loss: call"
                        + " trainer.getLoss().evaluate(labels, predictions)"),
        BACKWARD(
                List.of("aroundBackward"),
                "expected this step's backward pass from the trainer, where %s acts, got one through another"
                        + " collector: call trainer.newGradientCollector()");

        private final List<String> hooks;
        private final String refusal;

        Place(List<String> hooks, String refusal) {
            this.hooks = hooks;
            this.refusal = refusal;
        }

        boolean hasPart(Hooks of) {
            return hooks.stream().anyMatch(hook -> overrides(of, hook));
        }

        IllegalStateException bypassed(String method) {
            return new IllegalStateException(refusal.formatted(method));
        }
    }

    private record Acting(String method, Place place) {}

    private final List<Acting> acting = new ArrayList<>();
    private boolean batchOpen;
    private int batches;
    private int passes;
    private boolean forwards;
    private boolean losses;
    private boolean backwards;
    private boolean foreignBackwards;
    private long backwardsCounted;
    private @Nullable String labelsChangedBy;

    void attached(String method, Hooks hooks) {
        for (Place place : Place.values()) {
            if (place.hasPart(hooks)) {
                acting.add(new Acting(method, place));
            }
        }
    }

    /** Whether a method acts at a hook. */
    static boolean overrides(Hooks hooks, String name) {
        return Stream.of(hooks.getClass().getMethods())
                .anyMatch(method -> method.getName().equals(name) && method.getDeclaringClass() != Hooks.class);
    }

    /** A step begins. */
    void begin() {
        batchOpen = false;
        batches = 0;
        passes = 0;
        forwards = false;
        losses = false;
        backwards = false;
        foreignBackwards = false;
        labelsChangedBy = null;
        backwardsCounted = BackwardTape.passes();
    }

    /** Whether the batch whose forward passes are being made has begun; it ends with a backward pass. */
    boolean batchOpen() {
        lookForOthers();
        return batchOpen;
    }

    void beginBatch() {
        lookForOthers();
        batchOpen = true;
        passes = 0;
    }

    /** Batches of this step that had their backward pass. */
    int batches() {
        return batches;
    }

    /** Training passes of the current batch. */
    int passes() {
        return passes;
    }

    void forward() {
        forwards = true;
        passes++;
    }

    void loss() {
        losses = true;
    }

    void labelsChanged(String method) {
        labelsChangedBy = method;
    }

    void backward() {
        backwards = true;
        backwardsCounted = BackwardTape.passes();
        endBatch();
    }

    /** Looks for backward passes that were not made through the run. */
    private void lookForOthers() {
        if (BackwardTape.passes() > backwardsCounted) {
            backwardsCounted = BackwardTape.passes();
            foreignBackwards = true;
            if (passes > 0) {
                endBatch();
            }
        }
    }

    private void endBatch() {
        if (batchOpen) {
            batchOpen = false;
            batches++;
        }
    }

    /** The gradients are zero, as at the beginning of a step. */
    void zeroed() {
        batches = 0;
    }

    /** @throws IllegalStateException if a backward pass was made that bypassed a method */
    void requireWhole() {
        lookForOthers();
        if (BackwardTape.isUnfinished()) {
            throw new IllegalStateException("expected this step's backward pass from the trainer, which continues where"
                    + " the graph is cut, got one that ended there: call trainer.newGradientCollector()");
        }
        if (!backwards && !foreignBackwards) {
            return;
        }
        for (Acting each : acting) {
            boolean reached = switch (each.place) {
                case FORWARD -> forwards;
                case LOSS -> losses;
                case BACKWARD -> backwards;
            };
            if (!reached) {
                throw each.place.bypassed(each.method);
            }
        }
        if (labelsChangedBy != null && !losses) {
            throw Place.LOSS.bypassed(labelsChangedBy);
        }
    }
}
