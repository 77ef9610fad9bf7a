package org.vivace.bench;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * What a {@link Bench} compares with stock DJL, and for how long.
 *
 * @param recipe empty if none was given; one without a method is Vivace's trainer alone
 * @param parts of the recipe that are also measured
 * @param steps of each side's training from one seed, and of each training of a search for a learning rate
 * @param trainings from several seeds
 */
record BenchPlan(
        Optional<List<EfficiencyMethod>> recipe,
        Set<RecipePart> parts,
        TimingPlan timing,
        long steps,
        Trainings trainings) {

    BenchPlan {
        recipe.ifPresent(Recipe::of);
        if (steps < 1) {
            throw new IllegalArgumentException(
                    "a training must have at least 1 step, got " + steps + ": give for instance 50");
        }
    }

    static BenchPlan of(Size size) {
        return new BenchPlan(Optional.empty(), Set.of(), TimingPlan.of(size), size.trainingSteps(), Trainings.NONE);
    }

    BenchPlan recipe(List<EfficiencyMethod> methods) {
        return new BenchPlan(Optional.of(List.copyOf(methods)), parts, timing, steps, trainings);
    }

    BenchPlan and(RecipePart more) {
        Set<RecipePart> all = EnumSet.of(more);
        all.addAll(parts);
        return new BenchPlan(recipe, Collections.unmodifiableSet(all), timing, steps, trainings);
    }

    BenchPlan timing(TimingPlan other) {
        return new BenchPlan(recipe, parts, other, steps, trainings);
    }

    BenchPlan steps(long count) {
        return new BenchPlan(recipe, parts, timing, count, trainings).trainings(trainings.withSteps(count));
    }

    BenchPlan trainings(Trainings other) {
        return new BenchPlan(recipe, parts, timing, steps, other);
    }

    /** Empty if no recipe was given. */
    List<EfficiencyMethod> methods() {
        return recipe.orElse(List.of());
    }

    /** The recipe if one was given, even without a method; else stock DJL. */
    Arm arm() {
        return recipe.map(Arm::of).orElse(Arm.PLAIN);
    }

    /** The parts of the recipe, then the recipe, without duplicates. */
    List<List<EfficiencyMethod>> recipes() {
        return RecipePart.recipes(methods(), parts);
    }
}
