package org.vivace.estimate;

import ai.djl.training.optimizer.Optimizer;
import org.vivace.train.OptimizerSettings;

/**
 * What an optimiser's update of one parameter takes.
 *
 * @param states arrays of the parameter's shape that are kept between steps
 * @param temporaries arrays of that shape that are held at the worst moment of the update
 * @param passes arrays of that shape that are read or written in all
 * @param calls of operations, for each parameter or, where it is fused, for all
 * @param fused whether all parameters are updated in a few calls together
 */
record Update(int states, int temporaries, int passes, int calls, boolean fused) {

    /**
     * DJL duplicates a gradient twice. Its Adam then runs ten operations and holds four results at once, its Sgd works in
     * the second duplicate and runs four, or six with momentum.
     *
     * @throws IllegalArgumentException where the optimiser is none of DJL's for PyTorch, or none that a method which
     *     fuses the update takes over from
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

    /** Read and written to update so many values. */
    double bytes(long values) {
        return (double) values * Float.BYTES * passes;
    }

    /** Of a pass that is no training step. */
    static Update none() {
        return new Update(0, 0, 0, 0, false);
    }
}
