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
 * Takes over from DJL's {@code Adam} or {@code AdamW} with its settings and schedule, and updates all parameters in one
 * pass over memory instead of a dozen: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂/(√v̂ + ε), where m̂ and v̂
 * are m and v divided by 1−β₁ᵗ and 1−β₂ᵗ.
 *
 * <p>Use it wherever the run's optimiser is one of the two; it pays most where the model is large and the batch small.
 * As there, weight decay acts on every parameter that is not frozen, also where no backward pass has come.
 *
 * <p>Sources: Adam (<a href="https://arxiv.org/abs/1412.6980">Kingma &amp; Ba 2015</a>), AdamW
 * (<a href="https://arxiv.org/abs/1711.05101">Loshchilov &amp; Hutter 2019</a>); the arithmetic is
 * {@link FusedUpdate#adamW}.
 */
public record FusedAdamW(OptimizerChanges changes) implements EfficiencyMethod {

    /** What the run's optimiser does, within rounding. */
    public FusedAdamW() {
        this(OptimizerChanges.none());
    }

    /** Scales the gradients down where the Euclidean norm of all of them together is above {@code bound}, &gt; 0. */
    public FusedAdamW withMaxNorm(double bound) {
        return new FusedAdamW(changes.withMaxNorm(bound));
    }

    /** Clips each element of the gradients to [-bound, bound], before {@link #withMaxNorm}. */
    public FusedAdamW withClipValue(double bound) {
        return new FusedAdamW(changes.withClipValue(bound));
    }

    /** Replaces the weight decay of the run's optimiser; &ge; 0. */
    public FusedAdamW withWeightDecay(double decay) {
        return new FusedAdamW(changes.withWeightDecay(decay));
    }

    /** Keeps weight decay off scales, shifts, biases and everything else of less than two axes. */
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

    /** @throws IllegalArgumentException where the run's optimiser is not DJL's Adam or AdamW */
    @Override
    public Hooks attach(Run run) {
        return new FusedUpdates(name(), OptimizerSettings.adam(name(), run), changes, run);
    }
}
