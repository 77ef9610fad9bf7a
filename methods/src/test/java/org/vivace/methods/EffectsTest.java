package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.models.Gpt;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;
import org.vivace.train.Surgery;

/** What the methods say they change in a step's cost. */
class EffectsTest {

    @Test
    void settingsReachTheEffect() {
        assertThat(MixedPrecision.bf16().effects()).containsExactly(new Effect.LowPrecision(Precision.BFLOAT16));
        assertThat(new LabelSmoothing(0.1).effects()).isEmpty();
    }

    @Test
    void whatDeclaresNothingIsUndeclared() {
        assertThat(new Muon().effects()).containsExactly(new Effect.Undeclared());
    }

    @Test
    void checkpointingChoosesTheBlocksThatItWouldReplace() {
        Block model = new Gpt(new Gpt.Settings(16, 8, 4, 2, 8, 0));
        Effect.Recomputation recomputation = (Effect.Recomputation)
                ActivationCheckpointing.every(2).effects().get(0);
        assertThat(recomputation.choice().among(Surgery.on(model, "a test").places()))
                .extracting(place -> place.block().getClass().getSimpleName())
                .containsExactly("DecoderLayer", "DecoderLayer");
    }

    @Test
    void schedulesTellHowMuchIsLeftWhen() {
        Effect.SmallerInputs sequences =
                (Effect.SmallerInputs) SequenceLengthWarmup.over(0.5).effects().get(0);
        Shape whole = new Shape(16, 256);
        assertThat(sequences.shapeAt().of(0, 100, whole, whole)).isEqualTo(new Shape(16, 8));
        // Half of the warm-up: 8 + (256 - 8) / 2 = 132, in steps of 8 from 0.
        assertThat(sequences.shapeAt().of(25, 100, whole, whole)).isEqualTo(new Shape(16, 128));
        assertThat(sequences.shapeAt().of(50, 100, whole, whole)).isEqualTo(whole);
        assertThat(sequences.shapeAt().of(0, 100, new Shape(16), whole))
                .as("no time axis")
                .isEqualTo(new Shape(16));
        Effect.SmallerInputs images =
                (Effect.SmallerInputs) new ProgressiveResizing().effects().get(0);
        Shape image = new Shape(4, 3, 32, 32);
        assertThat(List.of(0, 65, 99))
                .extracting(step -> images.shapeAt().of(step, 100, image, image).get(3))
                .containsExactly(16L, 24L, 32L);
    }
}
