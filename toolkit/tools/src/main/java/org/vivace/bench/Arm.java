package org.vivace.bench;

import java.util.List;
import java.util.Optional;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * One side of a comparison.
 *
 * @param recipe the recipe of Vivace's trainer, possibly without a method; empty for stock DJL
 */
record Arm(String name, Optional<Recipe> recipe) {

    /** Stock DJL. */
    static final Arm PLAIN = new Arm("plain DJL", Optional.empty());

    /** An arm named after its methods. */
    static Arm of(List<EfficiencyMethod> methods) {
        Recipe recipe = Recipe.of(methods);
        return new Arm(recipe.toString(), Optional.of(recipe));
    }

    static List<Arm> all(List<List<EfficiencyMethod>> recipes) {
        return recipes.stream().map(Arm::of).toList();
    }

    /** This arm under another name. */
    Arm named(String title) {
        return new Arm(title, recipe);
    }

    /** The methods' labels as written in records; none for stock DJL. */
    List<String> labels() {
        return recipe.map(Recipe::labels).orElse(List.of());
    }
}
