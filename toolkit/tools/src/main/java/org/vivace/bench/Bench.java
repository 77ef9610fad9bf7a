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
 * Compares a recipe on a workload with stock DJL: step time, profile, memory, and whether the model still learns.
 * Immutable; every measurement is one call that returns its record.
 *
 * <pre>{@code
 * var mine = Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
 * var bench = Bench.of(mine).with(MixedPrecision.bf16(), new FusedAdamW());
 * bench.predict();
 * bench.time();
 * }</pre>
 *
 * <p>The longer calls show their progress. Interrupting the thread ends them early with the results so far, marked
 * partial.
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
     * A named workload at the size of {@link Size#here}.
     *
     * @throws IllegalArgumentException if there is no workload of that name
     */
    public static Bench of(String workload) {
        return of(workload, Size.here());
    }

    /**
     * The same at a given size.
     *
     * @throws IllegalArgumentException if there is no workload of that name
     */
    public static Bench of(String workload, Size size) {
        return new Bench(Workload.named(workload).at(size), size, BenchPlan.of(size));
    }

    /**
     * Steps of a user's own loops, whatever they do, timed against the first.
     *
     * <pre>{@code
     * Bench.steps("mine", () -> plainStep(), () -> myStep()).time();
     * }</pre>
     *
     * @param name of the comparison, and of the other step if there is only one
     */
    public static StepsBench steps(String name, Runnable plain, Runnable... others) {
        return StepsBench.of(name, plain, others);
    }

    /**
     * A user's own predictors, timed against the first: one step is one prediction, so its time is the latency;
     * {@link org.vivace.profile.Profiler#inference} measures throughput by batch size and number of threads.
     *
     * @param inputs taken in turn by each predictor
     */
    @SafeVarargs
    public static <I, O> StepsBench predictors(
            String name, List<I> inputs, Predictor<I, O> plain, Predictor<I, O>... others) {
        return StepsBench.of(name, inputs, plain, Arrays.asList(others));
    }

    /**
     * The methods to compare with stock DJL; replaces earlier ones.
     *
     * @throws IllegalArgumentException if they cannot be combined
     */
    public Bench with(EfficiencyMethod... recipe) {
        return with(List.of(recipe));
    }

    /** The same with a list. */
    public Bench with(List<EfficiencyMethod> recipe) {
        return with(plan.recipe(recipe));
    }

    /** Also measures each method alone, if it needs no other. */
    public Bench each() {
        return with(plan.and(RecipePart.EACH));
    }

    /**
     * Also measures the recipe's first method, its first two, and so on; a prefix in which a method needs a later one
     * is omitted.
     */
    public Bench oneByOne() {
        return with(plan.and(RecipePart.ONE_BY_ONE));
    }

    /** Also measures the recipe without each of its methods, if the rest is still a recipe. */
    public Bench leaveOneOut() {
        return with(plan.and(RecipePart.LEAVE_ONE_OUT));
    }

    /**
     * Limits the step times to this many seconds; the minimum number of rounds for an interval is measured regardless.
     *
     * @param limit seconds, above 0
     */
    public Bench within(double limit) {
        return with(plan.timing(plan.timing().within(limit)));
    }

    /**
     * The number of rounds of step times, two steps of each side in a round.
     *
     * @param count at least {@link PairedTiming#LEAST_ROUNDS}
     */
    public Bench rounds(int count) {
        return with(plan.timing(plan.timing().rounds(count)));
    }

    /**
     * The number of steps of each training.
     *
     * @param count at least 1
     */
    public Bench steps(long count) {
        return with(plan.steps(count));
    }

    /** The number of seeds to train from, 2 or more for a claim about quality; trainings follow the step times. */
    public Bench seeds(int count) {
        return trainings(plan.trainings().withSeeds(count));
    }

    /** The quality that trainings have to reach, in the unit of the workload's measure. */
    public Bench target(double value) {
        return trainings(plan.trainings().withTarget(value));
    }

    /** The peak learning rate of every side's trainings, in place of the workload's. */
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
     * The predicted step time of stock DJL and of the recipe, before either is run: operations are timed alone, once
     * per machine, and added up.
     */
    public Prediction predict() {
        return WorkloadEstimate.of(workload, methods(), LocalMachine.device());
    }

    /**
     * The step times, interleaved, of stock DJL, of stock DJL again as a check of the measurement, of the requested
     * parts of the recipe, and of the recipe.
     */
    public BenchRecord time() {
        return showing(BenchRun::time);
    }

    /** The step times of {@link #oneByOne}. */
    public BenchRecord ladder() {
        if (RecipePart.ONE_BY_ONE.of(methods()).isEmpty()) {
            throw new IllegalStateException("a ladder must have at least one method, got none: give some to with(…)");
        }
        return oneByOne().time();
    }

    /**
     * The profile of a step of the recipe, or of stock DJL before {@link #with}: where its time is spent, what it is
     * bound by, and what would make it shorter and by how much.
     *
     * @throws CancellationException if the thread is interrupted
     */
    public ProfileRecord profile() {
        ProfilePlan profile = new ProfilePlan(PROFILED_STEPS, false, false, false);
        return showing(run -> run.profile(profile).record());
    }

    /**
     * The peak memory of a step of stock DJL and of the recipe, each measured in a fresh JVM; at {@link Size#QUICK}
     * with sixteen times the batch, since so small a model's memory is lost in the JVM's.
     *
     * @throws IllegalArgumentException if another JVM cannot make the workload or the recipe
     */
    public BenchRecord memory() {
        return showing(BenchRun::memory);
    }

    /**
     * Trains stock DJL and the recipe from one seed for equally many steps, each with a learning rate that rises and
     * falls within them; one seed shows that a model learns, not which one learns better. With {@link #seeds} of 2 or
     * more, the trainings follow step times, and the record gives each side's time to the target and its quality.
     *
     * @throws TrialDivergedException if a loss is not finite
     * @throws IllegalStateException if the workload has no held-out data
     */
    public BenchRecord train() {
        return showing(BenchRun::train);
    }

    /**
     * The learning rate at which the workload learns best within {@link #steps}, with the recipe, or with stock DJL if
     * there is none.
     */
    public TuningRecord tune() {
        return showing(BenchRun::tune);
    }

    /**
     * The recipes measured beside stock DJL: the requested parts of the recipe, then the recipe, without duplicates.
     */
    public List<List<EfficiencyMethod>> recipes() {
        return plan.recipes();
    }

    /**
     * The measurements with the caller's progress bar, and with the command line that records give for making them
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
