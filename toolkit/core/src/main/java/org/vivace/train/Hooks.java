package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The places in training where a method may act. Every hook does nothing unless overridden; {@link Run} is the only
 * caller, and calls the methods of a recipe in the order that {@link Recipe#at} gives.
 *
 * <pre>{@code
 * MODEL      onModel(run, surgery)                      before the weights exist
 *            initialize the weights
 * START      onStart(run)                               the weights exist
 *            preflight: BATCH to BACKWARD for each of phases(run)
 *
 * for each step:
 *     for each batch of the step, which ends with its backward pass:
 *         reseed from (seed, step, batch)               where the run has a seed
 *         for each of its training passes, in most loops one:
 *             BATCH      sample = onBatch(run, sample)      data and labels
 *             FORWARD    aroundForward(run, TRAIN, () ->    scoped: autocast, swapped-in weights
 *                            predictions = model(sample.data))
 *         for each of its losses:
 *                        loss = loss(sample.labels, predictions)
 *             LOSS       loss = onLoss(run, loss, sample, predictions)
 *         BACKWARD   aroundBackward(run, loss, scaled ->
 *                        scaled.backward())             and on behind each cut of the graph
 *                refuse a step that has passed over a hook
 *     GRADIENTS  onGradients(run)                       clip
 *                load the next step's batch, where the run prefetches
 *                read what the hooks have added to run.findings(), or note it for later
 *                if every stepsNow(run):
 *                    stop where a gradient is not finite
 *     UPDATE         one update(run), or the optimizer's own
 *                else:
 *                    zero the gradients
 *     STEPPED    onStepped(run)                         averages; in reverse
 *
 * for each evaluation:
 *     FORWARD    aroundForward(run, EVALUATE, …)        outside autograd
 *
 * END        onEnd(run)                                 in reverse
 *            undo the surgery, close()
 * }</pre>
 *
 * <p>A loop that the run does not drive may bypass some of these hooks, by another gradient collector, another loss, or
 * a call of the model itself. What a method does inside the model's blocks, or behind cuts of the graph ({@link
 * org.vivace.torch.BackwardTape}), still happens. A step that has bypassed a hook which a method overrides is refused.
 *
 * <p>{@link #close} frees everything that a hook has made and kept. {@link #save} writes the part that the next step
 * depends on.
 */
public interface Hooks extends AutoCloseable {

    /** Replaces blocks before the weights exist; the run undoes it at its end. */
    default void onModel(Run run, Surgery surgery) {}

    /** The weights exist and no step has run. */
    default void onStart(Run run) {}

    /**
     * The parts of the run whose steps differ in cost, for the pre-flight; empty if all steps cost the same.
     *
     * @return phases in the order of their steps
     */
    default List<Phase> phases(Run run) {
        return List.of();
    }

    /** Returns the sample that the model gets; it may be the given one. */
    default Sample onBatch(Run run, Sample sample) {
        return sample;
    }

    /**
     * Runs {@code forward} once, in any scope that the method opens; the scope must close if {@code forward} throws.
     */
    default NDList aroundForward(Run run, Pass pass, Supplier<NDList> forward) {
        return forward.get();
    }

    /** Returns the loss to minimise; the loss reported to the caller stays the plain one. */
    default NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
        return loss;
    }

    /** Passes the loss, or a multiple of it, to {@code backward} once. */
    default void aroundBackward(Run run, NDArray loss, Backward backward) {
        backward.from(loss);
    }

    /** The gradients of this step are complete; parameters are not changed yet. */
    default void onGradients(Run run) {}

    /** Whether this step may change the parameters; called on every method after {@link #onGradients}. */
    default boolean stepsNow(Run run) {
        return true;
    }

    /**
     * Changes all parameters in place of the optimizer, and zeroes the gradients.
     *
     * @return false to leave it to the optimizer; only a method that claims the {@code optimizer step} returns true
     */
    default boolean update(Run run) {
        return false;
    }

    /**
     * Whether {@link #update} leaves parameters and arrays as they are, and zeroes the gradients, where {@link Run#found}
     * is 1; what the host counts, such as the number of updates, may go on. Then the host need not wait before the update
     * until it knows whether the step may be made.
     */
    default boolean skipsOnDevice() {
        return false;
    }

    /** The step is done, its update made or skipped. */
    default void onStepped(Run run) {}

    /** The run ends; the weights are as the last step left them. */
    default void onEnd(Run run) {}

    /** Writes what the next step depends on. */
    default void save(State.Writer state) {}

    /** Reads what {@link #save} wrote; called after {@link #onStart}. */
    default void load(State.Reader state) {}

    @Override
    default void close() {}

    /** The rest of the backward pass. */
    @FunctionalInterface
    interface Backward {
        void from(NDArray loss);
    }
}
