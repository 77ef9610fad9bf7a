package org.vivace.train;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.Precision;

/**
 * What a method does to the cost of a step, so that it can be reckoned with before anything runs.
 *
 * @param known false where the method says nothing about its effect; then it is reckoned with as if it had none, and the
 *     estimate says so
 * @param precision what matrix products and convolutions are computed in, where that changes
 * @param recomputed chooses, among the blocks below the root, those of which the inputs alone are kept
 * @param fusedUpdate whether all parameters are updated in one pass that needs no arrays of its own
 * @param inputs the shapes of a batch's arrays over the run, where they change
 */
public record Effect(
        boolean known,
        Optional<Precision> precision,
        Optional<Recomputed> recomputed,
        boolean fusedUpdate,
        Optional<Inputs> inputs) {

    /** Chooses blocks. */
    @FunctionalInterface
    public interface Recomputed {
        /** @param places all blocks below the root, parents before their children */
        List<Surgery.Place> among(List<Surgery.Place> places);
    }

    /** The shape of an array of a batch over a run. */
    @FunctionalInterface
    public interface Inputs {
        /**
         * @param step from 0
         * @param steps of the whole run
         * @param full the array's shape as the data have it
         * @param first that of the batch's first array
         */
        Shape at(long step, long steps, Shape full, Shape first);
    }

    private static final Effect NONE = new Effect(true, Optional.empty(), Optional.empty(), false, Optional.empty());

    /** The method costs nothing and saves nothing that counts. */
    public static Effect none() {
        return NONE;
    }

    /** Nobody has said what the method costs or saves. */
    public static Effect unknown() {
        return new Effect(false, Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    public Effect computingIn(Precision lower) {
        return new Effect(known, Optional.of(lower), recomputed, fusedUpdate, inputs);
    }

    public Effect recomputing(Recomputed choice) {
        return new Effect(known, precision, Optional.of(choice), fusedUpdate, inputs);
    }

    public Effect updatingInOnePass() {
        return new Effect(known, precision, recomputed, true, inputs);
    }

    public Effect withInputs(Inputs overTheRun) {
        return new Effect(known, precision, recomputed, fusedUpdate, Optional.of(overTheRun));
    }
}
