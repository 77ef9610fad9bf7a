package org.vivace.estimate;

import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import java.util.stream.Collectors;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.OptimizerSettings;

/**
 * What an optimiser's update of one parameter takes.
 *
 * @param states arrays of the parameter's shape that are kept between steps
 * @param temporaries arrays of that shape that are held at the worst moment of the update
 * @param passes arrays of that shape that are read or written in all
 * @param fused whether all parameters are updated in a few calls together
 */
record Update(int states, int temporaries, int passes, boolean fused) {

    /**
     * DJL duplicates a gradient twice. Its Adam then runs ten operations and holds four results at once, its Sgd works in
     * the second duplicate.
     *
     * @throws IllegalArgumentException where the optimiser is none of DJL's for PyTorch, or none that a method which
     *     fuses the update takes over from
     */
    static Update of(Optimizer optimizer, List<EfficiencyMethod> methods) {
        boolean fused = methods.stream().anyMatch(method -> fuses(method, optimizer));
        int states = OptimizerSettings.statesOf(optimizer);
        if (fused) {
            return new Update(states, 0, 4 + 2 * states, true);
        }
        return states == 2 ? new Update(states, 6, 36, false) : new Update(states, 2, 14 + 5 * states, false);
    }

    private static boolean fuses(EfficiencyMethod method, Optimizer optimizer) {
        for (Effect effect : method.effects()) {
            if (effect instanceof Effect.FusedUpdate update) {
                if (!update.of().contains(optimizer.getClass())) {
                    throw new IllegalArgumentException(method.name() + " expected DJL's "
                            + update.of().stream().map(Class::getSimpleName).collect(Collectors.joining(" or "))
                            + " as the optimiser, got " + optimizer.getClass().getSimpleName()
                            + ": give one that it takes over from, or drop " + method.name());
                }
                return true;
            }
        }
        return false;
    }

    /** Of a pass that is no training step. */
    static Update none() {
        return new Update(0, 0, 0, false);
    }
}
