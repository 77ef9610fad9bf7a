package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.bench.Bench;
import org.vivace.bench.Size;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RecipeOptionsTest {

    @Command
    private static final class Line {
        @Mixin
        private RecipeOptions recipe;
    }

    private static List<String> recipes(String... arguments) {
        Line line = new Line();
        new CommandLine(line).parseArgs(arguments);
        List<EfficiencyMethod> byDefault = Catalogue.parse("MixedPrecision,LowPrecisionLayerNorm,FusedAdamW");
        return line.recipe.of(Bench.of("language", Size.QUICK), byDefault).recipes().stream()
                .map(recipe -> Recipe.of(recipe).toString())
                .toList();
    }

    private static final String WHOLE = "MixedPrecision(bf16) + LowPrecisionLayerNorm + FusedAdamW";

    @Test
    void theRecipeAloneUnlessAskedForMore() {
        assertThat(recipes()).containsExactly(WHOLE);
    }

    @Test
    void eachMethodThatStandsAlone() {
        assertThat(recipes("--each")).containsExactly("MixedPrecision(bf16)", "FusedAdamW", WHOLE);
    }

    @Test
    void oneMethodAfterTheOtherWhereTheyAreARecipe() {
        assertThat(recipes("--one-by-one"))
                .containsExactly("MixedPrecision(bf16)", "MixedPrecision(bf16) + LowPrecisionLayerNorm", WHOLE);
    }

    @Test
    void withoutEachMethodThatCanBeSpared() {
        assertThat(recipes("--leave-one-out"))
                .containsExactly(
                        "MixedPrecision(bf16) + FusedAdamW", "MixedPrecision(bf16) + LowPrecisionLayerNorm", WHOLE);
    }

    @Test
    void bothWithoutRepeats() {
        assertThat(recipes("--each", "--leave-one-out", "--methods", "FusedAdamW,FusedAttention"))
                .containsExactly("FusedAdamW", "FusedAttention", "FusedAdamW + FusedAttention");
        assertThat(recipes("--each", "--leave-one-out", "--methods", "FusedAdamW"))
                .as("a recipe of one without it is Vivace's trainer alone")
                .containsExactly("no methods", "FusedAdamW");
        assertThat(recipes("--each", "--leave-one-out", "--methods", "none")).containsExactly("no methods");
    }
}
