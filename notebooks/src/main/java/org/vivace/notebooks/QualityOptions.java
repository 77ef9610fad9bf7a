package org.vivace.notebooks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.vivace.measure.BenchRecord;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether and how long to train, to see what the model learns and how soon. */
final class QualityOptions {

    private static final int MOST_SEEDS = 1000;
    private static final double TRAIN_SECONDS = 300;

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
            arity = "0..1",
            fallbackValue = "NaN",
            paramLabel = "X",
            description =
                    "The quality that both have to reach; without a number the workload's own (default: what plain"
                            + " DJL reaches from each seed).")
    private Double target;

    @Option(
            names = "--train-seconds",
            paramLabel = "S",
            description = "Train plain DJL for the steps that fit in this time (default: 300).")
    private Double trainSeconds;

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
            names = "--plain-from",
            paramLabel = "RECORD",
            description = "Take plain DJL's trainings from an earlier record of the same workload, settings and machine"
                    + " instead of training it again.")
    private Path plainFrom;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "The peak learning rate of every side (default: the workload's, found by 'vivace tune').")
    private Double learningRate;

    /**
     * The record of step times with what the trainings found, where any were asked for.
     *
     * @param earlier what {@link #check} returned
     */
    BenchRecord race(
            Workload workload,
            List<EfficiencyMethod> recipe,
            Optional<EarlierTrials> earlier,
            BenchRecord times,
            QualityRace.Saving saving) {
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
        long plainSteps = earlier.isPresent() ? earlier.get().steps() : plainSteps(plainMillis);
        long withSteps = recipeSteps != null ? recipeSteps : plainSteps;
        OptionalLong equalSteps = equalTime
                ? OptionalLong.of(Math.max(1, Math.round(plainSteps * plainMillis / recipeMillis)))
                : OptionalLong.empty();
        QualityRace.Plan plan = new QualityRace.Plan(
                seeds, target(workload), learningRate(workload), plainSteps, withSteps, equalSteps, earlier);
        return new QualityRace(workload, recipe, plan, saving).run(times);
    }

    private long plainSteps(double stepMillis) {
        double seconds = trainSeconds == null ? TRAIN_SECONDS : trainSeconds;
        return trainSteps != null ? trainSteps : Math.max(1, Math.round(1000 * seconds / stepMillis));
    }

    /**
     * Fails before anything is measured where an option is out of range or the earlier record does not fit.
     *
     * @return plain DJL's trainings of the earlier record, where one is named
     */
    Optional<EarlierTrials> check(Workload workload) {
        OptionRange.require(command, seeds >= 0 && seeds <= MOST_SEEDS, "--seeds", "0 to " + MOST_SEEDS, seeds);
        requireSeeds(target, "--target");
        requireSeeds(trainSeconds, "--train-seconds");
        requireSeeds(trainSteps, "--train-steps");
        requireSeeds(recipeSteps, "--recipe-steps");
        requireSeeds(equalTime ? 1 : null, "--equal-time");
        requireSeeds(learningRate, "--learning-rate");
        OptionRange.require(
                command,
                trainSeconds == null || trainSeconds > 0 && trainSeconds < 1e9,
                "--train-seconds",
                "above 0",
                trainSeconds);
        OptionRange.require(command, trainSteps == null || trainSteps > 0, "--train-steps", "1 or more", trainSteps);
        OptionRange.require(
                command, recipeSteps == null || recipeSteps > 0, "--recipe-steps", "1 or more", recipeSteps);
        requireSeeds(plainFrom, "--plain-from");
        double rate = learningRate(workload);
        OptionRange.require(command, rate > 0 && Double.isFinite(rate), "--learning-rate", "above 0", rate);
        Double goal = target(workload);
        OptionRange.require(command, goal == null || Double.isFinite(goal) && goal > 0, "--target", "above 0", goal);
        boolean share = workload.measure().equals(Accuracy.MEASURE);
        OptionRange.require(command, goal == null || !share || goal <= 1, "--target", "an accuracy up to 1", goal);
        return earlier(workload);
    }

    /** Whether the record tells what was asked of the trainings: of one seed, or of a target not reached, it does not. */
    boolean answered(BenchRecord record) {
        if (seeds == 0 || record.partial()) {
            return true;
        }
        return record.quality() != null
                && (target == null
                        || record.quality().arms().stream()
                                .allMatch(arm -> arm.reached() == arm.trials().size()));
    }

    private Optional<EarlierTrials> earlier(Workload workload) {
        return Optional.ofNullable(plainFrom).map(file -> {
            EarlierTrials trials = EarlierTrials.read(
                    file, workload, QualityRace.learningRate(learningRate(workload)), Here.machine());
            LongStream.rangeClosed(1, seeds).forEach(trials::of);
            return trials;
        });
    }

    private Double target(Workload workload) {
        return target != null && target.isNaN() ? Double.valueOf(workload.target()) : target;
    }

    private void requireSeeds(Object given, String option) {
        if (given != null && seeds == 0) {
            throw new ParameterException(
                    command.commandLine(), option + " must come with --seeds 2 or more, got none: add --seeds 3");
        }
    }

    private double learningRate(Workload workload) {
        return learningRate == null ? workload.learningRate() : learningRate;
    }
}
