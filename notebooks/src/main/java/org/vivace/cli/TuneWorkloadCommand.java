package org.vivace.cli;

import org.vivace.bench.Bench;
import org.vivace.bench.BenchRun;
import org.vivace.bench.LearningRateSearch;
import org.vivace.measure.TuningRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tune WORKLOAD}. */
@Command(
        description =
                "Searches the learning rate at which plain DJL learns this best; with --methods, for instance with"
                        + " those that only save time, that of their recipe.")
final class TuneWorkloadCommand extends WorkloadCommand {

    @Mixin
    private MethodsOption recipe;

    @Option(
            names = "--train-seconds",
            defaultValue = "60",
            paramLabel = "S",
            description = "Train at each rate for the steps that fit in this time (default: ${DEFAULT-VALUE}).")
    private double trainSeconds;

    @Option(names = "--train-steps", paramLabel = "N", description = "Train for N steps instead.")
    private Long trainSteps;

    TuneWorkloadCommand(SizeOptions sizes) {
        super(sizes);
    }

    @Override
    public Integer call() throws Exception {
        OptionRange.require(spec(), trainSeconds > 0 && trainSeconds < 1e9, "--train-seconds", "above 0", trainSeconds);
        OptionRange.require(spec(), trainSteps == null || trainSteps > 0, "--train-steps", "1 or more", trainSteps);
        Bench bench = recipe.with(Bench.of(workload()));
        long steps = trainSteps != null ? trainSteps : LearningRateSearch.stepsIn(trainSeconds, bench);
        return Interruption.keeping(() -> {
            TuningRecord record = measured(bench.steps(steps), BenchRun::tune);
            json().write(record.toJson());
            Printed.tuning(spec(), record);
            return record.best().isEmpty() ? 1 : 0;
        });
    }
}
