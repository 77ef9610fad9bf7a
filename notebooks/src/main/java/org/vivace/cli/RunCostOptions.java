package org.vivace.cli;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.vivace.bench.Estimated;
import org.vivace.bench.Workload;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.RunCost;
import org.vivace.estimate.StepTime;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The length of a run, and what the machine it runs on takes. */
final class RunCostOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--steps", paramLabel = "N", description = "Also the cost of a run of so many steps.")
    private Long steps;

    @Option(names = "--watts", paramLabel = "W", description = "Power of the machine, for the energy of the run.")
    private Double watts;

    @Option(names = "--price", paramLabel = "X", description = "Price of an hour, for the cost of the run.")
    private Double price;

    boolean given() {
        return steps != null;
    }

    void check() {
        OptionRange.require(command, steps == null || steps >= 1, "--steps", "at least 1", steps);
        OptionRange.require(command, watts == null || watts >= 0, "--watts", "at least 0", watts);
        OptionRange.require(command, price == null || price >= 0, "--price", "at least 0", price);
    }

    /** @param doubt is told where a time that the cost rests on is not to be believed */
    RunCost of(Estimated estimated, Workload workload, OperationTimes times, Consumer<String> doubt) {
        Optimizer optimizer = workload.optimizer(Tracker.fixed((float) workload.learningRate()));
        return RunCost.of(
                estimated.estimator(),
                steps,
                estimate -> {
                    StepTime time = times.of(estimate, optimizer);
                    time.doubt().ifPresent(doubt);
                    return time.total();
                },
                watts == null ? OptionalDouble.empty() : OptionalDouble.of(watts),
                price == null ? OptionalDouble.empty() : OptionalDouble.of(price));
    }

    /** For JSON; what was not asked for is left out. */
    static Map<String, Object> toMap(RunCost cost) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("steps", cost.steps());
        map.put("seconds", cost.seconds());
        map.put("flops", cost.flops());
        cost.kilowattHours().ifPresent(energy -> map.put("kilowattHours", energy));
        cost.money().ifPresent(money -> map.put("money", money));
        return map;
    }
}
