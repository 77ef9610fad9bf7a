package org.vivace.cli;

import java.util.List;
import org.vivace.bench.Bench;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Option;

/** The recipe to measure, and which of its parts to measure beside it. */
final class RecipeOptions extends MethodsOption {

    @Option(names = "--each", description = "Measure each method alone too, where it can stand alone.")
    private boolean each;

    @Option(
            names = "--leave-one-out",
            description = "Measure the recipe without each of its methods too, where the rest is still a recipe.")
    private boolean leaveOneOut;

    @Option(names = "--one-by-one", description = "Measure the recipe's first method too, its first two, and so on.")
    private boolean oneByOne;

    /** The bench of the recipe given, else of its workload's own, with the parts asked for. */
    Bench of(Bench bench) {
        return of(bench, bench.workload().recipe());
    }

    /** The same with another recipe where none was given. */
    Bench of(Bench bench, List<EfficiencyMethod> byDefault) {
        Bench of = bench.with(given() ? methods() : byDefault);
        of = each ? of.each() : of;
        of = oneByOne ? of.oneByOne() : of;
        return leaveOneOut ? of.leaveOneOut() : of;
    }
}
