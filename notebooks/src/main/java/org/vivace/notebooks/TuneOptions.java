package org.vivace.notebooks;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.vivace.measure.Statistics;
import org.vivace.measure.TuningRecord;
import org.vivace.measure.TuningRecord.Rated;
import org.vivace.methods.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long to train at each learning rate. */
final class TuneOptions {

    private static final int WARMUP_STEPS = 2;
    private static final int TIMED_STEPS = 5;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

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

    int run(CommandSpec spec, Workload workload, JsonOption json) throws Exception {
        OptionRange.require(
                command, trainSeconds > 0 && trainSeconds < 1e9, "--train-seconds", "above 0", trainSeconds);
        OptionRange.require(command, trainSteps == null || trainSteps > 0, "--train-steps", "1 or more", trainSteps);
        Optional<List<EfficiencyMethod>> methods = methods();
        long steps = trainSteps != null ? trainSteps : stepsIn(trainSeconds, workload, methods);
        return Interruption.keeping(() -> search(spec, workload, methods, steps, json));
    }

    private static int search(
            CommandSpec spec,
            Workload workload,
            Optional<List<EfficiencyMethod>> methods,
            long steps,
            JsonOption json) {
        TuningRecord record;
        try (ProgressBar bar = ProgressBar.on(spec.commandLine().getErr())) {
            record = new LearningRateSearch(workload, methods, steps, at -> bar.show(at.share(), at.left(), at.doing()))
                    .run(Invocation.of(spec));
        }
        json.write(record.toJson());
        show(spec.commandLine().getOut(), record);
        return record.best() == null ? 1 : 0;
    }

    private Optional<List<EfficiencyMethod>> methods() {
        try {
            Optional<List<EfficiencyMethod>> methods =
                    Optional.ofNullable(written).map(Catalogue::parse);
            // Fails where they do not go together.
            methods.ifPresent(Recipe::of);
            return methods;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private static long stepsIn(double seconds, Workload workload, Optional<List<EfficiencyMethod>> methods) {
        try (Arm arm = methods.isPresent()
                ? Arm.with(workload, Here.device(), methods.get())
                : Arm.plain(workload, Here.device())) {
            double[] millis = new double[TIMED_STEPS];
            for (int i = -WARMUP_STEPS; i < TIMED_STEPS; i++) {
                long begin = System.nanoTime();
                arm.step();
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            return Math.max(1, Math.round(1000 * seconds / Statistics.median(millis)));
        }
    }

    static void show(PrintWriter out, TuningRecord record) {
        out.printf(Locale.ROOT, "%-16s %s%n", "learning rate", record.measure().name());
        for (Rated each : record.rates()) {
            String quality = each.trial() == null
                    ? "diverged"
                    : String.format(Locale.ROOT, "%.4f", each.trial().finalQuality());
            boolean best = record.best() != null && record.best() == each.learningRate();
            out.printf(Locale.ROOT, "%-16s %s%s%n", each.learningRate(), quality, best ? "  best" : "");
        }
        if (record.rates().isEmpty()) {
            out.println("No rate was tried to its end.");
        } else if (record.best() == null) {
            out.println("Every rate diverged: give a workload with a lower learning rate, or fewer steps.");
        }
        if (LearningRateSearch.next(record.measure(), record.rates()).isPresent() && record.best() != null) {
            out.println("The best rate is at the edge of those tried, so a better one may lie beyond it.");
        }
        if (record.partial()) {
            out.println("The search was interrupted, so this is what it had found by then.");
        }
        out.flush();
    }
}
