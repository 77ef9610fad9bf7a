package org.vivace.cli;

import java.util.List;
import org.vivace.bench.Bench;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.NativeRecipe;
import org.vivace.bench.Workload;
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

    /** The given recipe as it is, else the workload's own on this device. */
    NativeRecipe here(Workload workload) {
        return given()
                ? new NativeRecipe(methods(), List.of())
                : NativeRecipe.of(workload.recipe(), LocalMachine.device());
    }

    /** The bench of the given recipe, else of the default one, with the requested parts. */
    Bench of(Bench bench, List<EfficiencyMethod> byDefault) {
        Bench of = bench.with(given() ? methods() : byDefault);
        of = each ? of.each() : of;
        of = oneByOne ? of.oneByOne() : of;
        return leaveOneOut ? of.leaveOneOut() : of;
    }
}
