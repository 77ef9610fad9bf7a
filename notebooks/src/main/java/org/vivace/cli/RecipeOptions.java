package org.vivace.cli;

import java.util.List;
import org.vivace.bench.Bench;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.NativeRecipe;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Option;

/** The recipe to measure, and which of its parts to measure too. */
final class RecipeOptions extends MethodsOption {

    @Option(names = "--each", description = "Also measure each method alone, if it needs no other.")
    private boolean each;

    @Option(
            names = "--leave-one-out",
            description = "Also measure the recipe without each of its methods, if the rest is still a recipe.")
    private boolean leaveOneOut;

    @Option(names = "--one-by-one", description = "Also measure the recipe's first method, its first two, and so on.")
    private boolean oneByOne;

    /** The bench of the given recipe, else of the workload's own on this device, with the requested parts. */
    Bench of(Bench bench) {
        return given() ? of(bench, List.of()) : of(bench, byDefault(bench).methods());
    }

    /** What is left out of the workload's own recipe on this device, a note each; empty if a recipe is given. */
    List<String> leftOut(Bench bench) {
        return given() ? List.of() : byDefault(bench).leftOut();
    }

    private static NativeRecipe byDefault(Bench bench) {
        return NativeRecipe.of(bench.workload().recipe(), LocalMachine.device());
    }

    /** The same with another default recipe. */
    Bench of(Bench bench, List<EfficiencyMethod> byDefault) {
        Bench of = bench.with(given() ? methods() : byDefault);
        of = each ? of.each() : of;
        of = oneByOne ? of.oneByOne() : of;
        return leaveOneOut ? of.leaveOneOut() : of;
    }
}
