package org.vivace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Quality;
import org.vivace.measure.Trial;

/**
 * Trains plain DJL and a recipe from the same seeds, alternating, so that a machine that slows down affects both: at
 * every second seed the recipe is trained first.
 */
final class QualityRace {

    /**
     * The length of each side's training.
     *
     * @param target empty for the quality that plain DJL reaches from each seed
     * @param learningRate the peak, the same for every side
     * @param equalTimeSteps if the recipe is also trained for as long as plain DJL takes
     * @param earlier plain DJL's trainings from an earlier record, if any
     */
    record Plan(
            int seeds,
            OptionalDouble target,
            double learningRate,
            long plainSteps,
            long recipeSteps,
            OptionalLong equalTimeSteps,
            Optional<EarlierTrials> earlier) {}

    /** Shows the progress, and keeps the partial record after every seed. */
    record Saving(ProgressBar bar, Consumer<BenchRecord> keep) {}

    /** An arm and its number of training steps. */
    private record Side(Arm arm, long steps, double stepMillis) {

        String name() {
            return arm.name();
        }

        boolean isPlain() {
            return arm.recipe().isEmpty();
        }

        double millis() {
            return steps * stepMillis;
        }

        Side costless() {
            return new Side(arm, steps, 0);
        }
    }

    private static final long FIRST_SEED = 1;

    private final Workload workload;
    private final Arm recipe;
    private final Plan plan;
    private final Saving saving;
    private double doneMillis;

    QualityRace(Workload workload, Arm recipe, Plan plan, Saving saving) {
        this.workload = workload;
        this.recipe = recipe;
        this.plan = plan;
        this.saving = saving;
    }

    /**
     * Interrupting the thread ends it with the seeds finished on every side, marked partial.
     *
     * @return the record of step times with the quality, its settings and notes
     */
    BenchRecord run(BenchRecord times) {
        List<Side> sides = sides(times);
        List<List<Trial>> trials =
                sides.stream().<List<Trial>>map(side -> new ArrayList<>()).toList();
        BenchRecord record = times.withSettings(settings(times));
        for (int seed = 0; seed < plan.seeds(); seed++) {
            Optional<List<Trial>> finished = train(sides, FIRST_SEED + seed, seed % 2 == 1, remaining(sides, seed));
            if (finished.isEmpty()) {
                // Cleared on purpose: after an interrupted measurement its findings are written.
                Thread.interrupted();
                return compared(record, sides, trials).asPartial();
            }
            for (int side = 0; side < sides.size(); side++) {
                trials.get(side).add(finished.get().get(side));
            }
            saving.keep().accept(compared(record, sides, trials));
        }
        return compared(record, sides, trials);
    }

    private List<Side> sides(BenchRecord times) {
        double plainMillis = times.baseline().stepMillis().median();
        double recipeMillis = times.recipe().orElseThrow().stepMillis().median();
        List<Side> sides = new ArrayList<>();
        Side plain = new Side(Arm.PLAIN, plan.plainSteps(), plainMillis);
        sides.add(plan.earlier().isPresent() ? plain.costless() : plain);
        sides.add(new Side(recipe.named("the recipe"), plan.recipeSteps(), recipeMillis));
        plan.equalTimeSteps()
                .ifPresent(steps -> sides.add(new Side(recipe.named("the recipe, equal time"), steps, recipeMillis)));
        return sides;
    }

    private double remaining(List<Side> sides, int seedsDone) {
        return (plan.seeds() - seedsDone)
                * sides.stream().mapToDouble(Side::millis).sum();
    }

    /** One trial per side, in the sides' order; empty if the thread was interrupted. */
    private Optional<List<Trial>> train(List<Side> sides, long seed, boolean backwards, double remaining) {
        double whole = doneMillis + remaining;
        List<Side> order = new ArrayList<>(sides);
        if (backwards) {
            Collections.reverse(order);
        }
        Map<Side, Trial> done = new LinkedHashMap<>();
        for (Side side : order) {
            Optional<Trial> trial = train(side, seed, whole);
            if (trial.isEmpty()) {
                return Optional.empty();
            }
            done.put(side, trial.get());
            doneMillis += side.millis();
        }
        return Optional.of(sides.stream().map(done::get).toList());
    }

    private Optional<Trial> train(Side side, long seed, double whole) {
        if (side.isPlain() && plan.earlier().isPresent()) {
            return Optional.of(plan.earlier().get().of(seed));
        }
        TrialRunner trials = new TrialRunner(
                workload,
                LocalMachine.device(),
                plan.learningRate(),
                (step, loss) -> saving.bar()
                        .show(
                                (doneMillis + step * side.stepMillis()) / whole,
                                Duration.ofMillis((long) (whole - doneMillis - step * side.stepMillis())),
                                "seed " + seed + ", " + side.name() + ": loss " + Figures.ratio(loss)));
        try {
            return trials.train(side.arm(), seed, side.steps());
        } catch (TrialDivergedException e) {
            throw new IllegalStateException(
                    "seed " + seed + " of " + side.name() + " diverged: " + e.getMessage()
                            + " (what was measured before it is kept in record.json)",
                    e);
        }
    }

    private BenchRecord compared(BenchRecord record, List<Side> sides, List<List<Trial>> trials) {
        if (trials.get(0).isEmpty()) {
            return record.withNote("no seed was trained to its end on every side, so only step times are given");
        }
        List<Quality.Trials> arms = new ArrayList<>();
        for (int side = 0; side < sides.size(); side++) {
            arms.add(new Quality.Trials(
                    sides.get(side).name(), sides.get(side).arm().labels(), trials.get(side)));
        }
        return record.withQuality(Quality.of(workload.measure(), plan.target(), arms));
    }

    /** The learning rate in words, as written in a record. */
    static String learningRate(double peak) {
        return peak + " at its peak, rising over the first tenth of each side's own steps, then down half a cosine to"
                + " zero";
    }

    private Map<String, String> settings(BenchRecord times) {
        Map<String, String> settings = new LinkedHashMap<>(times.settings());
        settings.put("learning rate", learningRate(plan.learningRate()));
        settings.put(
                "training time",
                "seconds of loading and steps, one-time costs of the first step included, evaluations not");
        settings.put("time to a target", "that of the first of a trial's ten evaluations that reaches it");
        plan.earlier().ifPresent(earlier -> settings.put("plain DJL's trainings", earlier.origin()));
        settings.put("steps of plain DJL", Long.toString(plan.plainSteps()));
        settings.put("steps of the recipe", Long.toString(plan.recipeSteps()));
        return settings;
    }
}
