package org.vivace.estimate;

import ai.djl.training.optimizer.Optimizer;
import org.vivace.train.OptimizerSettings;

/**
 * The cost of an optimizer's update of one parameter.
 *
 * @param states arrays of the parameter's shape kept between steps
 * @param temporaries arrays of that shape held at the peak of the update
 * @param passes arrays of that shape read or written in total
 * @param calls number of operations, for each parameter or, if fused, for all
 * @param fused whether all parameters are updated in a few calls together
 */
record Update(int states, int temporaries, int passes, int calls, boolean fused) {

    /**
     * DJL duplicates a gradient twice. Its Adam then runs ten operations and holds four results at once, its Sgd works
     * in the second duplicate and runs four, or six with momentum.
     *
     * @throws IllegalArgumentException if the optimizer is not one of DJL's for PyTorch, or cannot be replaced by a
     *     method that fuses the update
     */
    static Update of(Optimizer optimizer, RecipeEffects effects) {
        boolean fused = effects.fusesUpdateOf(optimizer);
        int states = OptimizerSettings.statesOf(optimizer);
        if (fused) {
            return new Update(states, 0, 4 + 2 * states, 1, true);
        }
        return states == 2
                ? new Update(states, 6, 36, 12, false)
                : new Update(states, 2, 14 + 5 * states, 6 + 2 * states, false);
    }

    /** Bytes read and written to update this many values. */
    double bytes(long values) {
        return (double) values * Float.BYTES * passes;
    }

    /** For a pass that is not a training step. */
    static Update none() {
        return new Update(0, 0, 0, 0, false);
    }
}
