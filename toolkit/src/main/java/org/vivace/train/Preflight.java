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
import java.util.function.Function;
import org.vivace.torch.Copy;
import org.vivace.torch.Gradients;

/**
 * One step of each phase that the methods of a run name, without an update, so that a schedule which does not fit the
 * model fails at once and not hours in. Leaves weights, running statistics and gradients as they were.
 */
final class Preflight {

    private final Run run;
    private final AttachedHooks hooks;
    private Phase now;
    private double seconds;

    Preflight(Run run, AttachedHooks hooks) {
        this.run = run;
        this.hooks = hooks;
    }

    /** The phase that is being rehearsed, or null outside of the pre-flight. */
    Phase now() {
        return now;
    }

    double seconds() {
        return seconds;
    }

    void fly(Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
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
            } finally {
                now = null;
                statistics.forEach(Copy::into);
                Gradients.zero(run.withGradients());
            }
        }
        seconds = (System.nanoTime() - begin) / 1e9;
    }

    private void rehearse(
            Phase phase, Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
        now = phase;
        try (NDManager temporary = sample.data().getManager().newSubManager()) {
            temporary.tempAttachAll(sample.data(), sample.labels());
            Sample seen = hooks.batch(sample.withOwnLists());
            NDList predictions = hooks.forward(Pass.TRAIN, () -> forward.apply(new NDList(seen.data())));
            NDArray value = hooks.loss(loss.evaluate(seen.labels(), predictions), seen, predictions);
            hooks.backward(value, backward);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "the pre-flight of " + phase.name() + " failed, so the run would have failed there: "
                            + e.getMessage(),
                    e);
        }
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
