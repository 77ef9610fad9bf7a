package org.vivace.methods;

import ai.djl.training.optimizer.Sgd;
import java.util.List;
import org.vivace.torch.FusedUpdate;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.OptimizerChanges;
import org.vivace.train.OptimizerChanges.Decayed;
import org.vivace.train.OptimizerSettings;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/**
 * Replaces DJL's {@code Sgd}, with its settings and schedule, and updates all parameters in one pass over memory: m ←
 * μm + η(g + λw), w ← w − m. As in DJL, but unlike in libtorch, the learning rate η is part of the momentum, so a
 * change of it takes a few steps to take effect.
 *
 * <p>Use it with any run that has this optimizer. As in DJL, weight decay acts on every parameter that is not frozen,
 * even without a gradient.
 *
 * <p>Source: heavy-ball momentum (Polyak 1964); the arithmetic is {@link FusedUpdate#sgdRateInMomentum}.
 */
public record FusedSgd(OptimizerChanges changes) implements EfficiencyMethod {

    /** The update of the run's optimizer, within rounding. */
    public FusedSgd() {
        this(OptimizerChanges.none());
    }

    /** Scales the gradients down if their total Euclidean norm is above {@code bound}, &gt; 0. */
    public FusedSgd withMaxNorm(double bound) {
        return new FusedSgd(changes.withMaxNorm(bound));
    }

    /** Clips each element of the gradients to [-bound, bound], before {@link #withMaxNorm}. */
    public FusedSgd withClipValue(double bound) {
        return new FusedSgd(changes.withClipValue(bound));
    }

    /** Replaces the weight decay of the run's optimizer; &ge; 0. */
    public FusedSgd withWeightDecay(double decay) {
        return new FusedSgd(changes.withWeightDecay(decay));
    }

    /** Excludes scales, shifts, biases and all else with fewer than two axes from weight decay. */
    public FusedSgd withoutDecayOnNormsAndBiases() {
        return new FusedSgd(changes.withDecayed(Decayed.MATRICES));
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.OPTIMIZER, changes.equivalence()).claims("optimizer step", "a run has one update a step");
    }

    @Override
    public String label() {
        return changes.label(name());
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.FusedUpdate(List.of(Sgd.class)));
    }

    /** @throws IllegalArgumentException if the run's optimizer is not DJL's Sgd */
    @Override
    public Hooks attach(Run run) {
        return new FusedUpdates(name(), OptimizerSettings.sgd(name(), run), changes, run);
    }
}
