package org.vivace.notebooks;

import java.util.List;
import java.util.OptionalLong;
import org.vivace.measure.BenchRecord;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether and how long to train, to see what the model learns and how soon. */
final class QualityOptions {

    private static final int MOST_SEEDS = 1000;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--seeds",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "After the step times, train plain DJL and the recipe from so many seeds, 2 or more, and compare"
                            + " how soon and how well they learn (default: ${DEFAULT-VALUE}, step times only).")
    private int seeds;

    @Option(
            names = "--target",
            paramLabel = "X",
            description = "The quality that both have to reach (default: what plain DJL reaches from each seed).")
    private Double target;

    @Option(
            names = "--train-seconds",
            defaultValue = "300",
            paramLabel = "S",
            description = "Train plain DJL for the steps that fit in this time (default: ${DEFAULT-VALUE}).")
    private double trainSeconds;

    @Option(names = "--train-steps", paramLabel = "N", description = "Train plain DJL for so many steps instead.")
    private Long trainSteps;

    @Option(
            names = "--recipe-steps",
            paramLabel = "N",
            description = "Train the recipe for so many steps (default: as many as plain DJL).")
    private Long recipeSteps;

    @Option(
            names = "--equal-time",
            description = "Also train the recipe for as long as plain DJL takes, which is more steps.")
    private boolean equalTime;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "The peak learning rate of every side (default: the workload's, found by 'vivace tune').")
    private Double learningRate;

    /** The record of step times with what the trainings found, where any were asked for. */
    BenchRecord race(Workload workload, List<EfficiencyMethod> recipe, BenchRecord times, QualityRace.Saving saving) {
        if (seeds == 0 || times.partial()) {
            return times;
        }
        if (seeds == 1) {
            return QualityRace.withNote(
                    times,
                    "a claim about quality needs 2 seeds or more, got 1, so only times were measured: give --seeds 3");
        }
        double plainMillis = times.baseline().stepMillis().median();
        double recipeMillis = times.recipe().orElseThrow().stepMillis().median();
        long plainSteps = trainSteps != null ? trainSteps : Math.max(1, Math.round(1000 * trainSeconds / plainMillis));
        long withSteps = recipeSteps != null ? recipeSteps : plainSteps;
        OptionalLong equalSteps = equalTime
                ? OptionalLong.of(Math.max(1, Math.round(plainSteps * plainMillis / recipeMillis)))
                : OptionalLong.empty();
        QualityRace.Plan plan =
                new QualityRace.Plan(seeds, target, learningRate(workload), plainSteps, withSteps, equalSteps);
        return new QualityRace(workload, recipe, plan, saving).run(times);
    }

    /** Fails before anything is measured where an option is out of range. */
    void check(Workload workload) {
        require(seeds >= 0 && seeds <= MOST_SEEDS, "--seeds", "0 to " + MOST_SEEDS, seeds);
        require(trainSeconds > 0 && trainSeconds < 1e9, "--train-seconds", "above 0", trainSeconds);
        require(trainSteps == null || trainSteps > 0, "--train-steps", "1 or more", trainSteps);
        require(recipeSteps == null || recipeSteps > 0, "--recipe-steps", "1 or more", recipeSteps);
        double rate = learningRate(workload);
        require(rate > 0 && Double.isFinite(rate), "--learning-rate", "above 0", rate);
        require(target == null || Double.isFinite(target) && target > 0, "--target", "above 0", target);
        boolean share = workload.measure().equals(Accuracy.MEASURE);
        require(target == null || !share || target <= 1, "--target", "an accuracy up to 1", target);
    }

    private double learningRate(Workload workload) {
        return learningRate == null ? workload.learningRate() : learningRate;
    }

    private void require(boolean holds, String option, String expected, Number got) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), option + " must be " + expected + ", got " + got);
        }
    }
}
