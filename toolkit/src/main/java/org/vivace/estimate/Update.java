package org.vivace.estimate;

import ai.djl.training.optimizer.Optimizer;
import org.vivace.train.OptimizerSettings;

/**
 * What an optimiser's update of one parameter takes.
 *
 * @param states arrays of the parameter's shape that are kept between steps
 * @param temporaries arrays of that shape that are held at the worst moment of the update
 * @param passes arrays of that shape that are read or written in all
 */
record Update(int states, int temporaries, int passes) {

    /**
     * DJL duplicates a gradient twice. Its Adam then runs ten operations and holds four results at once, its Sgd works in
     * the second duplicate.
     *
     * @throws IllegalArgumentException where the optimiser is none of DJL's for PyTorch
     */
    static Update of(Optimizer optimizer, boolean fused) {
        int states = OptimizerSettings.statesOf(optimizer);
        if (fused) {
            return new Update(states, 0, 4 + 2 * states);
        }
        return states == 2 ? new Update(states, 6, 36) : new Update(states, 2, 14 + 5 * states);
    }

    static Update none() {
        return new Update(0, 0, 0);
    }
}
