package org.vivace.notebooks;

import java.util.ArrayList;
import java.util.List;
import org.vivace.methods.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which methods to measure. */
final class RecipeOptions {

    private static final String NONE = "none";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--methods",
            paramLabel = "A,B(0.3),C",
            description = "The recipe; 'vivace methods' lists them; 'none' for Vivace's trainer without any"
                    + " (default: what suits the workload).")
    private String written;

    @Option(names = "--each", description = "Measure each method alone too, where it can stand alone.")
    private boolean each;

    /** The recipe asked for, and with {@code --each} its methods one by one before it. */
    List<List<EfficiencyMethod>> recipes(Workload workload) {
        List<EfficiencyMethod> recipe = recipe(workload.recipe());
        List<List<EfficiencyMethod>> recipes = new ArrayList<>();
        if (each && recipe.size() > 1) {
            recipe.stream().filter(RecipeOptions::standsAlone).map(List::of).forEach(recipes::add);
        }
        recipes.add(recipe);
        return recipes;
    }

    /** The recipe asked for, else the one given. */
    List<EfficiencyMethod> recipe(List<EfficiencyMethod> byDefault) {
        return written == null ? byDefault : parse();
    }

    private List<EfficiencyMethod> parse() {
        if (written.strip().equals(NONE)) {
            return List.of();
        }
        try {
            List<EfficiencyMethod> recipe = Catalogue.parse(written);
            if (recipe.isEmpty()) {
                throw new IllegalArgumentException("--methods must name a method, got none: leave the option out for"
                        + " the methods that suit the workload, or write none");
            }
            Recipe.of(recipe);
            return recipe;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private static boolean standsAlone(EfficiencyMethod method) {
        return method.traits().needs().isEmpty();
    }
}
