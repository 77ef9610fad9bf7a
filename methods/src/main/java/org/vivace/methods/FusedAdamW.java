package org.vivace.methods;

import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
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
 * Replaces DJL's {@code Adam} or {@code AdamW}, with its settings and schedule, and updates all parameters in one pass
 * over memory instead of a dozen: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂/(√v̂ + ε), where m̂ and v̂ are m
 * and v divided by 1−β₁ᵗ and 1−β₂ᵗ.
 *
 * <p>Use it with any run that has one of the two optimizers; it gains most for a large model and a small batch. As in
 * DJL, weight decay acts on every parameter that is not frozen, even without a gradient.
 *
 * <p>Sources: Adam (<a href="https://arxiv.org/abs/1412.6980">Kingma &amp; Ba 2015</a>), AdamW
 * (<a href="https://arxiv.org/abs/1711.05101">Loshchilov &amp; Hutter 2019</a>); the arithmetic is
 * {@link FusedUpdate#adamW}.
 */
public record FusedAdamW(OptimizerChanges changes) implements EfficiencyMethod {

    /** The update of the run's optimizer, within rounding. */
    public FusedAdamW() {
        this(OptimizerChanges.none());
    }

    /** Scales the gradients down if their total Euclidean norm is above {@code bound}, &gt; 0. */
    public FusedAdamW withMaxNorm(double bound) {
        return new FusedAdamW(changes.withMaxNorm(bound));
    }

    /** Clips each element of the gradients to [-bound, bound], before {@link #withMaxNorm}. */
    public FusedAdamW withClipValue(double bound) {
        return new FusedAdamW(changes.withClipValue(bound));
    }

    /** Replaces the weight decay of the run's optimizer; &ge; 0. */
    public FusedAdamW withWeightDecay(double decay) {
        return new FusedAdamW(changes.withWeightDecay(decay));
    }

    /** Excludes scales, shifts, biases and all else with fewer than two axes from weight decay. */
    public FusedAdamW withoutDecayOnNormsAndBiases() {
        return new FusedAdamW(changes.withDecayed(Decayed.MATRICES));
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
        return List.of(new Effect.FusedUpdate(List.of(Adam.class, AdamW.class)));
    }

    /** @throws IllegalArgumentException if the run's optimizer is not DJL's Adam or AdamW */
    @Override
    public Hooks attach(Run run) {
        return new FusedUpdates(name(), OptimizerSettings.adam(name(), run), changes, run);
    }
}
