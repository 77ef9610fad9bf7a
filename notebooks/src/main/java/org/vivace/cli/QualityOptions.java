package org.vivace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.vivace.bench.Accuracy;
import org.vivace.bench.Trainings;
import org.vivace.bench.Workload;
import org.vivace.measure.BenchRecord;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether and how long to train, to compare how well and how soon the model learns. */
final class QualityOptions {

    private static final int MOST_SEEDS = 1000;
    private static final double TRAIN_SECONDS = 300;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--seeds",
            defaultValue = "0",
            paramLabel = "N",
            description = "After the step times, train plain DJL and the recipe from N seeds, 2 or more, and compare"
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

    @Option(names = "--train-steps", paramLabel = "N", description = "Train plain DJL for N steps instead.")
    private Long trainSteps;

    @Option(
            names = "--recipe-steps",
            paramLabel = "N",
            description = "Train the recipe for N steps (default: as many as plain DJL).")
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
     * The requested trainings, checked before anything is measured.
     *
     * @throws ParameterException if an option is out of range, or requests a target that the workload lacks
     * @throws IllegalArgumentException if the earlier record does not match
     */
    Trainings trainings(Workload workload) {
        OptionRange.require(command, seeds >= 0 && seeds <= MOST_SEEDS, "--seeds", "0 to " + MOST_SEEDS, seeds);
        requireSeeds(target != null, "--target");
        requireSeeds(trainSeconds != null, "--train-seconds");
        requireSeeds(trainSteps != null, "--train-steps");
        requireSeeds(recipeSteps != null, "--recipe-steps");
        requireSeeds(equalTime, "--equal-time");
        requireSeeds(learningRate != null, "--learning-rate");
        requireSeeds(plainFrom != null, "--plain-from");
        requirePositive(
                trainSeconds == null || trainSeconds > 0 && trainSeconds < 1e9, "--train-seconds", trainSeconds);
        OptionRange.require(command, trainSteps == null || trainSteps > 0, "--train-steps", "1 or more", trainSteps);
        OptionRange.require(
                command, recipeSteps == null || recipeSteps > 0, "--recipe-steps", "1 or more", recipeSteps);
        requirePositive(
                learningRate == null || learningRate > 0 && Double.isFinite(learningRate),
                "--learning-rate",
                learningRate);
        OptionalDouble goal = target(workload);
        if (goal.isPresent()) {
            double value = goal.getAsDouble();
            requirePositive(Double.isFinite(value) && value > 0, "--target", value);
            boolean share = workload.measure().equals(Accuracy.MEASURE);
            OptionRange.require(command, !share || value <= 1, "--target", "an accuracy up to 1", value);
        }
        return new Trainings(
                seeds,
                goal,
                learningRate == null ? OptionalDouble.empty() : OptionalDouble.of(learningRate),
                trainSeconds == null ? TRAIN_SECONDS : trainSeconds,
                trainSteps == null ? OptionalLong.empty() : OptionalLong.of(trainSteps),
                recipeSteps == null ? OptionalLong.empty() : OptionalLong.of(recipeSteps),
                equalTime,
                Optional.ofNullable(plainFrom));
    }

    /** The record, with a note if the requested claim needs more than one seed. */
    BenchRecord withNote(BenchRecord record) {
        if (seeds != 1 || record.partial()) {
            return record;
        }
        List<String> notes = new ArrayList<>(record.notes());
        notes.add("a claim about quality needs 2 seeds or more, got 1, so only times were measured: give --seeds 3");
        return record.withNotes(notes);
    }

    /** Whether the record answers the requested comparison: not with one seed, or if the target was not reached. */
    boolean answered(BenchRecord record) {
        if (seeds == 0 || record.partial()) {
            return true;
        }
        return record.quality().isPresent()
                && (target == null
                        || record.quality().get().arms().stream()
                                .allMatch(arm -> arm.reached() == arm.trials().size()));
    }

    private OptionalDouble target(Workload workload) {
        if (target == null) {
            return OptionalDouble.empty();
        }
        if (!target.isNaN()) {
            return OptionalDouble.of(target);
        }
        if (workload.target().isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--target must have a number, as " + workload.name() + " has no target of its own, got none");
        }
        return workload.target();
    }

    private void requirePositive(boolean holds, String option, Object got) {
        OptionRange.require(command, holds, option, "above 0", got);
    }

    private void requireSeeds(boolean given, String option) {
        if (given && seeds == 0) {
            throw new ParameterException(
                    command.commandLine(), option + " must come with --seeds 2 or more, got none: add --seeds 3");
        }
    }
}
