package org.vivace.bench;

import ai.djl.inference.Predictor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.ProfileRecord;
import org.vivace.train.EfficiencyMethod;

/**
 * What is asked of a recipe on a workload: how long a step takes beside stock DJL's, where it goes, what it holds, whether
 * it still learns. Immutable; every question is one call, and its answer is the thing to look at.
 *
 * <pre>{@code
 * var mine = Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
 * var bench = Bench.of(mine).with(MixedPrecision.bf16(), new FusedAdamW());
 * bench.predict();
 * bench.time();
 * }</pre>
 *
 * <p>The longer calls show their progress. Interrupting the thread ends them early with what there is, marked partial.
 */
public final class Bench {

    private static final int PROFILED_STEPS = 8;

    private final Workload workload;
    private final Size size;
    private final BenchPlan plan;

    private Bench(Workload workload, Size size, BenchPlan plan) {
        this.workload = workload;
        this.size = size;
        this.plan = plan;
    }

    private Bench with(BenchPlan other) {
        return new Bench(workload, size, other);
    }

    /** A user's own workload, measured for about half a minute. */
    public static Bench of(Workload workload) {
        return new Bench(workload, Size.DEFAULT, BenchPlan.of(Size.DEFAULT));
    }

    /**
     * A workload that is known by its name, at the size that {@link Size#here} says.
     *
     * @throws IllegalArgumentException where there is none of that name
     */
    public static Bench of(String workload) {
        return of(workload, Size.here());
    }

    /**
     * The same at a size of the caller's.
     *
     * @throws IllegalArgumentException where there is no workload of that name
     */
    public static Bench of(String workload, Size size) {
        return new Bench(Workload.named(workload).at(size), size, BenchPlan.of(size));
    }

    /**
     * Steps of a user's own loops, whatever they do, timed against the first of them.
     *
     * <pre>{@code
     * Bench.steps("mine", () -> plainStep(), () -> myStep()).time();
     * }</pre>
     *
     * @param name of the comparison, and of the one step where there is but one beside the plain one
     */
    public static StepsBench steps(String name, Runnable plain, Runnable... others) {
        return StepsBench.of(name, plain, others);
    }

    /**
     * Predictions of predictors of a user's own, timed against the first's: one step is one prediction, so its time is the
     * latency; {@link org.vivace.profile.Profiler#inference} tells throughput by batch size and number of threads.
     *
     * @param inputs taken in turn by each predictor
     */
    @SafeVarargs
    public static <I, O> StepsBench predictors(
            String name, List<I> inputs, Predictor<I, O> plain, Predictor<I, O>... others) {
        return StepsBench.of(name, inputs, plain, Arrays.asList(others));
    }

    /**
     * The methods to compare with stock DJL, in place of those before.
     *
     * @throws IllegalArgumentException where they do not go together
     */
    public Bench with(EfficiencyMethod... recipe) {
        return with(List.of(recipe));
    }

    /** The same with a list. */
    public Bench with(List<EfficiencyMethod> recipe) {
        return with(plan.recipe(recipe));
    }

    /** Measures each method alone too, where it can stand alone. */
    public Bench each() {
        return with(plan.and(RecipePart.EACH));
    }

    /**
     * Measures the recipe's first method too, its first two, and so on; without those beginnings that are no recipe, since
     * a method needs one that comes after it.
     */
    public Bench oneByOne() {
        return with(plan.and(RecipePart.ONE_BY_ONE));
    }

    /** Measures the recipe without each of its methods too, where the rest is still a recipe. */
    public Bench leaveOneOut() {
        return with(plan.and(RecipePart.LEAVE_ONE_OUT));
    }

    /**
     * Step times that have to end within so many seconds; the fewest rounds that give an interval are measured all the
     * same.
     *
     * @param limit above 0
     */
    public Bench within(double limit) {
        return with(plan.timing(plan.timing().within(limit)));
    }

    /**
     * So many rounds of step times, two steps of each side in a round.
     *
     * @param count at least {@link PairedTiming#LEAST_ROUNDS}
     */
    public Bench rounds(int count) {
        return with(plan.timing(plan.timing().rounds(count)));
    }

    /**
     * Trainings of so many steps.
     *
     * @param count at least 1
     */
    public Bench steps(long count) {
        return with(plan.steps(count));
    }

    /** Trainings from so many seeds, 2 or more for a claim about quality; they follow step times. */
    public Bench seeds(int count) {
        return trainings(plan.trainings().withSeeds(count));
    }

    /** Trainings that have to reach this quality, in the unit of the workload's measure. */
    public Bench target(double value) {
        return trainings(plan.trainings().withTarget(value));
    }

    /** Trainings at this peak learning rate of every side, in place of the workload's. */
    public Bench learningRate(double peak) {
        return trainings(plan.trainings().withLearningRate(peak));
    }

    /** Trainings as described. */
    public Bench trainings(Trainings trainings) {
        return with(plan.trainings(trainings));
    }

    public Workload workload() {
        return workload;
    }

    /** The recipe; empty until {@link #with} gives one. */
    public List<EfficiencyMethod> methods() {
        return plan.methods();
    }

    /**
     * What a step of stock DJL and of the recipe should take, before either is run: operations are timed alone, once for
     * each machine, and added up.
     */
    public Prediction predict() {
        return WorkloadEstimate.of(workload, methods(), LocalMachine.device());
    }

    /**
     * The time of a step: stock DJL, stock DJL again as a check of the measurement, and the recipe with the parts of it
     * that were asked for, interleaved.
     */
    public BenchRecord time() {
        return showing(BenchRun::time);
    }

    /** The step times of {@link #oneByOne}. */
    public BenchRecord ladder() {
        if (RecipePart.ONE_BY_ONE.of(methods()).isEmpty()) {
            throw new IllegalStateException(
                    "a ladder must have a method to stand on, got none: name some with with(…)");
        }
        return oneByOne().time();
    }

    /**
     * Where a step of the recipe goes, or one of stock DJL before {@link #with} gives one, what it is bound by, and what
     * would make it shorter by how much.
     *
     * @throws CancellationException where the thread is interrupted
     */
    public ProfileRecord profile() {
        ProfilePlan profile = new ProfilePlan(PROFILED_STEPS, false, false, false);
        return showing(run -> run.profile(profile).record());
    }

    /**
     * The most memory held in a step of stock DJL and in one of the recipe, each measured in a JVM of its own; at
     * {@link Size#QUICK} with sixteen times the batch, since so small a model's memory drowns in the JVM's.
     *
     * @throws IllegalArgumentException where the workload or the recipe cannot be made anew by another JVM
     */
    public BenchRecord memory() {
        return showing(BenchRun::memory);
    }

    /**
     * Does it still learn: stock DJL and the recipe trained from one seed for equally many steps, each under a learning
     * rate that rises and falls within them; one seed shows that a model learns, not which one learns better. From
     * {@link #seeds} of 2 or more on, the trainings follow step times, and the record tells how soon and how well each
     * side learns.
     *
     * @throws TrialDivergedException where a loss is not finite
     * @throws IllegalStateException where the workload has no held-out data
     */
    public BenchRecord train() {
        return showing(BenchRun::train);
    }

    /**
     * The learning rate at which the workload learns best in so many {@link #steps}, with the recipe, or with stock DJL
     * where there is none.
     */
    public TuningRecord tune() {
        return showing(BenchRun::tune);
    }

    /** What is measured beside stock DJL: the parts of the recipe that were asked for, then the recipe, none twice. */
    public List<List<EfficiencyMethod>> recipes() {
        return plan.recipes();
    }

    /**
     * The questions asked with a progress bar and a command line of the caller's, which records tell as what makes them
     * again.
     */
    public BenchRun on(ProgressBar bar, String command) {
        return new BenchRun(this, bar, Optional.of(command));
    }

    private <T> T showing(Function<BenchRun, T> question) {
        try (ProgressBar bar = ProgressBar.here()) {
            return question.apply(new BenchRun(this, bar, Optional.empty()));
        }
    }

    Size size() {
        return size;
    }

    BenchPlan plan() {
        return plan;
    }
}
