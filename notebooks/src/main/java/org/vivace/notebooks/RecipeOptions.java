package org.vivace.notebooks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.vivace.methods.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which methods to measure. */
final class RecipeOptions {

    static final String NONE = "none";

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

    @Option(
            names = "--leave-one-out",
            description = "Measure the recipe without each of its methods too, where the rest is still a recipe.")
    private boolean leaveOneOut;

    @Option(names = "--one-by-one", description = "Measure the recipe's first method too, its first two, and so on.")
    private boolean oneByOne;

    /** The recipe asked for, else the workload's, after the parts of it that were asked for. */
    List<List<EfficiencyMethod>> recipes(Workload workload) {
        return recipes(workload.recipe());
    }

    /** The recipe asked for, else the one given, after the parts of it that were asked for, none twice. */
    List<List<EfficiencyMethod>> recipes(List<EfficiencyMethod> byDefault) {
        List<EfficiencyMethod> recipe = recipe(byDefault);
        Set<List<EfficiencyMethod>> recipes = new LinkedHashSet<>();
        if (each) {
            recipe.stream().map(List::of).filter(RecipeOptions::isRecipe).forEach(recipes::add);
        }
        if (oneByOne) {
            IntStream.rangeClosed(1, recipe.size())
                    .mapToObj(count -> recipe.subList(0, count))
                    .filter(RecipeOptions::isRecipe)
                    .forEach(recipes::add);
        }
        if (leaveOneOut) {
            recipe.stream()
                    .map(left -> recipe.stream().filter(each -> each != left).toList())
                    .filter(RecipeOptions::isRecipe)
                    .forEach(recipes::add);
        }
        recipes.remove(recipe);
        recipes.add(recipe);
        return List.copyOf(recipes);
    }

    /** The recipe asked for, else the one given. */
    List<EfficiencyMethod> recipe(List<EfficiencyMethod> byDefault) {
        return written == null ? byDefault : parse(command, written);
    }

    /**
     * Methods as {@code --methods} has them.
     *
     * @throws ParameterException where they are none or do not go together
     */
    static List<EfficiencyMethod> parse(CommandSpec command, String written) {
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

    static boolean isRecipe(List<EfficiencyMethod> methods) {
        try {
            Recipe.of(methods);
            return true;
        } catch (IllegalArgumentException e) {
            // A method needs another that is not among these, which is what was asked.
            return false;
        }
    }
}
