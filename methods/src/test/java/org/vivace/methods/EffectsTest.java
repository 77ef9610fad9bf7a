package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;

/** What the methods say they change in a step's cost. */
class EffectsTest {

    @Test
    void settingsReachTheEffect() {
        assertThat(MixedPrecision.bf16().effects()).containsExactly(new Effect.LowPrecision(Precision.BFLOAT16));
        assertThat(ActivationCheckpointing.every(2).effects()).containsExactly(new Effect.Recomputation(2, ""));
        assertThat(new LabelSmoothing(0.1).effects()).isEmpty();
    }

    @Test
    void schedulesTellHowMuchIsLeftWhen() {
        Effect.ShorterSequences sequences = (Effect.ShorterSequences)
                SequenceLengthWarmup.over(0.5).effects().get(0);
        assertThat(sequences.lengthAt().of(0, 256)).isEqualTo(8);
        // Half of the warm-up: 8 + (256 - 8) / 2 = 132, in steps of 8 from 0.
        assertThat(sequences.lengthAt().of(0.25, 256)).isEqualTo(128);
        assertThat(sequences.lengthAt().of(0.5, 256)).isEqualTo(256);
        Effect.SmallerImages images =
                (Effect.SmallerImages) new ProgressiveResizing().effects().get(0);
        assertThat(List.of(0.0, 0.65, 1.0))
                .extracting(progress -> images.share().applyAsDouble(progress))
                .containsExactly(0.5, 0.75, 1.0);
    }

    @Test
    void aWarmupOfStepsCannotTellItsShare() {
        assertThat(SequenceLengthWarmup.steps(100).effects()).isEmpty();
    }
}
