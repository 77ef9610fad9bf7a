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

/** {@code --methods}, the recipe of a command. */
class MethodsOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--methods",
            paramLabel = "A,B(0.3),C",
            description = "The recipe; 'vivace methods' lists its methods; 'none' for Vivace's trainer without any"
                    + " (default: what suits the workload and the device for 'vivace bench', else plain DJL).")
    private String written;

    final boolean given() {
        return written != null;
    }

    /** The bench with the given recipe, if any. */
    final Bench with(Bench bench) {
        return given() ? bench.with(methods()) : bench;
    }

    /**
     * The given methods; empty if there are none.
     *
     * @throws ParameterException if {@code --methods} names no method, or some that cannot be combined
     */
    final List<EfficiencyMethod> methods() {
        if (!given() || written.strip().equals(Catalogue.NONE)) {
            return List.of();
        }
        try {
            List<EfficiencyMethod> recipe = Catalogue.parse(written);
            if (recipe.isEmpty()) {
                throw new IllegalArgumentException("--methods must name a method, got none: omit the option for"
                        + " the methods that suit the workload, or write none");
            }
            Recipe.of(recipe);
            return recipe;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
