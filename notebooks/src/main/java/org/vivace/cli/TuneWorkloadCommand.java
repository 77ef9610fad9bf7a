package org.vivace.cli;

import java.util.concurrent.Callable;
import org.vivace.bench.Bench;
import org.vivace.bench.LearningRateSearch;
import org.vivace.bench.ProgressBar;
import org.vivace.bench.Workload;
import org.vivace.measure.TuningRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tune WORKLOAD}. */
@Command(
        description = "Searches the learning rate at which plain DJL learns this best.",
        mixinStandardHelpOptions = true)
final class TuneWorkloadCommand implements Callable<Integer> {

    private final SizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--train-seconds",
            defaultValue = "60",
            paramLabel = "S",
            description = "Train at each rate for the steps that fit in this time (default: ${DEFAULT-VALUE}).")
    private double trainSeconds;

    @Option(names = "--train-steps", paramLabel = "N", description = "Train for so many steps instead.")
    private Long trainSteps;

    @Option(
            names = "--methods",
            paramLabel = "A,B(0.3),C",
            description =
                    "Search with these methods instead of plain DJL, for instance with such as leave the arithmetic"
                            + " as it is and only save time.")
    private String written;

    @Mixin
    private JsonOption json;

    TuneWorkloadCommand(SizeOptions sizes) {
        this.sizes = sizes;
    }

    @Override
    public Integer call() throws Exception {
        OptionRange.require(spec, trainSeconds > 0 && trainSeconds < 1e9, "--train-seconds", "above 0", trainSeconds);
        OptionRange.require(spec, trainSteps == null || trainSteps > 0, "--train-steps", "1 or more", trainSteps);
        Workload workload = sizes.workload(spec);
        Bench bench = Bench.of(workload);
        Bench asked = written == null ? bench : bench.with(RecipeOptions.parse(spec, written));
        long steps = trainSteps != null ? trainSteps : LearningRateSearch.stepsIn(trainSeconds, asked);
        return Interruption.keeping(() -> {
            TuningRecord record;
            try (ProgressBar bar = ProgressBar.on(spec.commandLine().getErr())) {
                record = asked.steps(steps).on(bar, Invocation.of(spec)).tune();
            }
            json.write(record.toJson());
            Printed.tuning(spec, record);
            return record.best().isEmpty() ? 1 : 0;
        });
    }
}
