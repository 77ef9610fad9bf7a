package org.vivace.bench;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.vivace.measure.BenchRecord;

/**
 * How a recipe's trainings are compared with stock DJL's.
 *
 * @param seeds 0 for none, 1 for one that shows that a model learns, else 2 or more, from which a claim can be made
 * @param target the quality that both have to reach; empty for the one that stock DJL reaches from each seed
 * @param learningRate the peak of every side; empty for the workload's
 * @param plainSeconds stock DJL trains for the steps that fit in this time, if {@code plainSteps} is empty
 * @param recipeSteps steps of the recipe; empty for as many as stock DJL's
 * @param equalTime whether the recipe is also trained for as long as stock DJL takes, which is more steps
 * @param plainFrom an earlier record of the same workload, settings and machine, whose trainings of stock DJL are
 *     reused
 */
public record Trainings(
        int seeds,
        OptionalDouble target,
        OptionalDouble learningRate,
        double plainSeconds,
        OptionalLong plainSteps,
        OptionalLong recipeSteps,
        boolean equalTime,
        Optional<Path> plainFrom) {

    private static final double SECONDS = 300;
    private static final int MOST_SEEDS = 1000;

    static final Trainings NONE = new Trainings(
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            SECONDS,
            OptionalLong.empty(),
            OptionalLong.empty(),
            false,
            Optional.empty());

    public Trainings {
        require(seeds >= 0 && seeds <= MOST_SEEDS, "seeds", "0 to " + MOST_SEEDS, seeds);
        target.ifPresent(value -> require(Double.isFinite(value), "a target", "finite", value));
        learningRate.ifPresent(value -> require(positive(value), "a learning rate", "above 0", value));
        require(positive(plainSeconds), "seconds of training", "above 0", plainSeconds);
        plainSteps.ifPresent(steps -> require(steps >= 1, "steps of stock DJL", "1 or more", steps));
        recipeSteps.ifPresent(steps -> require(steps >= 1, "steps of the recipe", "1 or more", steps));
    }

    /** From this many seeds, otherwise with the defaults. */
    static Trainings seeds(int count) {
        return NONE.withSeeds(count);
    }

    Trainings withSeeds(int count) {
        return new Trainings(count, target, learningRate, plainSeconds, plainSteps, recipeSteps, equalTime, plainFrom);
    }

    Trainings withTarget(double value) {
        return new Trainings(
                seeds,
                OptionalDouble.of(value),
                learningRate,
                plainSeconds,
                plainSteps,
                recipeSteps,
                equalTime,
                plainFrom);
    }

    Trainings withSteps(long count) {
        return new Trainings(
                seeds, target, learningRate, plainSeconds, OptionalLong.of(count), recipeSteps, equalTime, plainFrom);
    }

    Trainings withLearningRate(double peak) {
        return new Trainings(
                seeds, target, OptionalDouble.of(peak), plainSeconds, plainSteps, recipeSteps, equalTime, plainFrom);
    }

    double rate(Workload workload) {
        return learningRate.orElseGet(workload::learningRate);
    }

    /** The record of step times with what trainings from several seeds found; the same record where it is partial. */
    BenchRecord into(BenchRecord times, Workload workload, Arm recipe, QualityRace.Saving saving) {
        if (times.partial()) {
            return times;
        }
        Optional<EarlierTrials> earlier = earlier(workload);
        double plainMillis = times.baseline().stepMillis().median();
        double recipeMillis = times.recipe().orElseThrow().stepMillis().median();
        long plain = earlier.map(EarlierTrials::steps)
                .orElseGet(() -> plainSteps.orElse(Math.max(1, Math.round(1000 * plainSeconds / plainMillis))));
        OptionalLong equal = equalTime
                ? OptionalLong.of(Math.max(1, Math.round(plain * plainMillis / recipeMillis)))
                : OptionalLong.empty();
        QualityRace.Plan plan =
                new QualityRace.Plan(seeds, target, rate(workload), plain, recipeSteps.orElse(plain), equal, earlier);
        return new QualityRace(workload, recipe, plan, saving).run(times);
    }

    /** @throws IllegalArgumentException if the earlier record is of something else, or lacks a seed */
    Optional<EarlierTrials> earlier(Workload workload) {
        return plainFrom.map(file -> {
            EarlierTrials trials = EarlierTrials.read(
                    file, workload, QualityRace.learningRate(rate(workload)), LocalMachine.machine());
            for (long seed = 1; seed <= seeds; seed++) {
                trials.of(seed);
            }
            return trials;
        });
    }

    private static boolean positive(double value) {
        return value > 0 && Double.isFinite(value);
    }

    private static void require(boolean holds, String what, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(what + " must be " + expected + ", got " + found + ": correct it");
        }
    }
}
