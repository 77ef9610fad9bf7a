package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.FusedAttention;
import org.vivace.methods.LowPrecisionLayerNorm;
import org.vivace.methods.MixedPrecision;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;

class NativeRecipeTest {

    private static final EfficiencyMethod ATTENTION = new FusedAttention();
    private static final EfficiencyMethod ADAMW = new FusedAdamW();
    private static final List<EfficiencyMethod> RECIPE =
            List.of(MixedPrecision.bf16(), new LowPrecisionLayerNorm(), ATTENTION, ADAMW);

    @Test
    void isTheRecipeWhereThePrecisionIsFaster() {
        NativeRecipe recipe = NativeRecipe.of(RECIPE, precision -> 0.3);
        assertThat(recipe.methods()).isEqualTo(RECIPE);
        assertThat(recipe.leftOut()).isEmpty();
    }

    @Test
    void leavesOutASlowPrecisionAndWhatNeedsIt() {
        NativeRecipe recipe = NativeRecipe.of(RECIPE, precision -> precision == Precision.BFLOAT16 ? 28.31 : 0.5);
        assertThat(recipe.methods()).containsExactly(ATTENTION, ADAMW);
        assertThat(recipe.leftOut())
                .containsExactly("MixedPrecision(bf16) and LowPrecisionLayerNorm left out, since a matrix product in"
                        + " bf16 takes 28.3 times as long as in fp32 on this device");
    }

    @Test
    void measuresNothingForARecipeInFp32() {
        NativeRecipe recipe = NativeRecipe.of(List.of(ADAMW), precision -> {
            throw new AssertionError(precision);
        });
        assertThat(recipe.methods()).containsExactly(ADAMW);
    }
}
