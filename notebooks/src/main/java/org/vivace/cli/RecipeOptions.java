package org.vivace.cli;

import java.util.List;
import org.vivace.bench.Bench;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which methods to measure. */
final class RecipeOptions {

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

    /** The bench of the recipe asked for, else of the one that goes well with its workload, and of the parts asked for. */
    Bench of(Bench bench) {
        return of(bench, bench.workload().recipe());
    }

    /** The same with another recipe where none was asked for. */
    Bench of(Bench bench, List<EfficiencyMethod> byDefault) {
        Bench of = bench.with(written == null ? byDefault : parse(command, written));
        of = each ? of.each() : of;
        of = oneByOne ? of.oneByOne() : of;
        return leaveOneOut ? of.leaveOneOut() : of;
    }

    /**
     * Methods as {@code --methods} has them.
     *
     * @throws ParameterException where they are none or do not go together
     */
    static List<EfficiencyMethod> parse(CommandSpec command, String written) {
        if (written.strip().equals(Catalogue.NONE)) {
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
}
