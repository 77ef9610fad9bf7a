package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Copy;
import org.vivace.torch.Gradients;

/**
 * One step of each phase that the methods of a run name, without an update, so that a schedule which does not fit the
 * model fails at once and not after hours. Leaves weights, running statistics and gradients as they were.
 */
final class Preflight {

    private final Run run;
    private final AttachedHooks hooks;
    private Optional<Phase> now = Optional.empty();
    private boolean done;
    private double seconds;
    private boolean lossEvaluated;
    private @Nullable IllegalStateException lossFailure;

    Preflight(Run run, AttachedHooks hooks) {
        this.run = run;
        this.hooks = hooks;
    }

    /** The phase that is being rehearsed; empty outside of the pre-flight. */
    Optional<Phase> now() {
        return now;
    }

    /** Whether the pre-flight has run or is running. */
    boolean done() {
        return done;
    }

    double seconds() {
        return seconds;
    }

    void run(Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
        done = true;
        List<Phase> phases = hooks.phases();
        if (phases.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        try (NDManager kept = run.model().getNDManager().newSubManager()) {
            Map<NDArray, NDArray> statistics = copiesOfStatistics(kept);
            try {
                for (Phase phase : phases) {
                    rehearse(phase, sample, forward, loss, backward);
                }
                requireLoss();
            } finally {
                now = Optional.empty();
                statistics.forEach(Copy::into);
                Gradients.zero(run.withGradients());
            }
        }
        seconds = (System.nanoTime() - begin) / 1e9;
    }

    private void rehearse(
            Phase phase, Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
        now = Optional.of(phase);
        try (NDManager temporary = sample.data().getManager().newSubManager()) {
            // Copies, since a block may change what it is given.
            Sample seen = hooks.batch(new Sample(copies(sample.data(), temporary), copies(sample.labels(), temporary)));
            NDList predictions = hooks.forward(Pass.TRAIN, () -> forward.apply(new NDList(seen.data())));
            hooks.backward(loss(phase, loss, seen, predictions), backward);
        } catch (RuntimeException e) {
            throw failed(phase, e);
        }
    }

    /**
     * If the run's own loss cannot be evaluated on this pass, another one is used to run backward through the model.
     */
    private NDArray loss(Phase phase, Loss loss, Sample seen, NDList predictions) {
        NDArray value;
        try {
            value = hooks.loss(loss.evaluate(seen.labels(), predictions), seen, predictions);
        } catch (RuntimeException e) {
            if (lossFailure == null) {
                lossFailure = failed(phase, e);
            }
            return predictions.head().sum();
        }
        lossEvaluated = true;
        return value;
    }

    /** A loss that needs two passes fails in every phase, which is no error; one that fails in only some phases is. */
    private void requireLoss() {
        if (lossFailure != null && lossEvaluated) {
            throw lossFailure;
        }
        if (lossFailure != null) {
            run.note(
                    "the pre-flight could not take the loss of one training pass alone, and rehearsed the passes only");
        }
    }

    private static IllegalStateException failed(Phase phase, RuntimeException e) {
        return new IllegalStateException(
                "the pre-flight of " + phase.name() + " failed, so the run would have failed there: " + e.getMessage(),
                e);
    }

    private static NDList copies(NDList arrays, NDManager manager) {
        NDList copies = new NDList(arrays.size());
        for (NDArray array : arrays) {
            NDArray copy = array.duplicate();
            copy.attach(manager);
            copy.setName(array.getName());
            copies.add(copy);
        }
        return copies;
    }

    /** Running means and variances, which a training pass changes without any update. */
    private Map<NDArray, NDArray> copiesOfStatistics(NDManager manager) {
        Map<NDArray, NDArray> copies = new IdentityHashMap<>();
        for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
            if (!pair.getValue().requiresGradient() && pair.getValue().isInitialized()) {
                NDArray copy = pair.getValue().getArray().duplicate();
                copy.attach(manager);
                copies.put(pair.getValue().getArray(), copy);
            }
        }
        return copies;
    }
}
