package org.vivace.bench;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.measure.Statistics;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.ProfileRecord;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

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

    /** At the quick size so small a model's memory drowns in the JVM's. */
    private static final int DROWNED = 16;

    private static final int PROFILED_STEPS = 8;
    private static final int WARM_UP_STEPS = 2;
    private static final int TIMED_STEPS = 5;

    private final Workload workload;
    private final Size size;

    // What may be asked for; set only before anybody else sees the object.
    private Optional<List<EfficiencyMethod>> asked = Optional.empty();
    private Set<RecipePart> parts = EnumSet.noneOf(RecipePart.class);
    private int rounds;
    private double seconds;
    private long steps;
    private Trainings trainings = Trainings.NONE;
    private Optional<String> command = Optional.empty();
    private Optional<ProgressBar> bar = Optional.empty();

    private Bench(Workload workload, Size size) {
        this.workload = workload;
        this.size = size;
        rounds = size.rounds();
        seconds = size.seconds();
        steps = size.trainingSteps();
    }

    private Bench but(Consumer<Bench> changed) {
        Bench other = new Bench(workload, size);
        other.asked = asked;
        other.parts = parts;
        other.rounds = rounds;
        other.seconds = seconds;
        other.steps = steps;
        other.trainings = trainings;
        other.command = command;
        other.bar = bar;
        changed.accept(other);
        return other;
    }

    /** A user's own workload, measured for about half a minute. */
    public static Bench of(Workload workload) {
        return new Bench(workload, Size.DEFAULT);
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
        return new Bench(Workload.named(workload).at(size), size);
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
        Recipe.of(recipe);
        return but(bench -> bench.asked = Optional.of(List.copyOf(recipe)));
    }

    /** Measures each method alone too, where it can stand alone. */
    public Bench each() {
        return and(RecipePart.EACH);
    }

    /**
     * Measures the recipe's first method too, its first two, and so on; without those beginnings that are no recipe, since
     * a method needs one that comes after it.
     */
    public Bench oneByOne() {
        return and(RecipePart.ONE_BY_ONE);
    }

    /** Measures the recipe without each of its methods too, where the rest is still a recipe. */
    public Bench leaveOneOut() {
        return and(RecipePart.LEAVE_ONE_OUT);
    }

    private Bench and(RecipePart more) {
        Set<RecipePart> all = EnumSet.of(more);
        all.addAll(parts);
        return but(bench -> bench.parts = all);
    }

    /**
     * Step times that have to end within so many seconds; the fewest rounds that give an interval are measured all the
     * same.
     *
     * @param limit above 0
     */
    public Bench within(double limit) {
        if (!(limit > 0 && Double.isFinite(limit))) {
            throw new IllegalArgumentException(
                    "step times must have more than 0 seconds, got " + limit + ": give for instance 10");
        }
        return but(bench -> bench.seconds = limit);
    }

    /**
     * So many rounds of step times, two steps of each side in a round.
     *
     * @param count at least {@link PairedTiming#LEAST_ROUNDS}
     */
    public Bench rounds(int count) {
        if (count < PairedTiming.LEAST_ROUNDS) {
            throw new IllegalArgumentException("an interval needs at least " + PairedTiming.LEAST_ROUNDS
                    + " rounds, got " + count + ": give for instance 24");
        }
        return but(bench -> bench.rounds = count);
    }

    /**
     * Trainings of so many steps.
     *
     * @param count at least 1
     */
    public Bench steps(long count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "a training must have at least 1 step, got " + count + ": give for instance 50");
        }
        return but(bench -> {
            bench.steps = count;
            bench.trainings = trainings.withSteps(count);
        });
    }

    /** Trainings from so many seeds, 2 or more for a claim about quality; they follow step times. */
    public Bench seeds(int count) {
        return trainings(trainings.withSeeds(count));
    }

    /** Trainings that have to reach this quality, in the unit of the workload's measure. */
    public Bench target(double value) {
        return trainings(trainings.withTarget(value));
    }

    /** Trainings at this peak learning rate of every side, in place of the workload's. */
    public Bench learningRate(double peak) {
        return trainings(trainings.withLearningRate(peak));
    }

    /** Trainings as described. */
    public Bench trainings(Trainings plan) {
        return but(bench -> bench.trainings = plan);
    }

    /** With the text that records tell as what makes them again. */
    public Bench command(String text) {
        return but(bench -> bench.command = Optional.of(text));
    }

    /** Shows its progress on this bar, which stays the caller's to close. */
    public Bench showingOn(ProgressBar open) {
        return but(bench -> bench.bar = Optional.of(open));
    }

    public Workload workload() {
        return workload;
    }

    /** The recipe; empty until {@link #with} gives one. */
    public List<EfficiencyMethod> methods() {
        return asked.orElse(List.of());
    }

    /** The recipe where there is one, even without a method; else stock DJL. */
    private Arm arm() {
        return asked.map(Arm::of).orElse(Arm.PLAIN);
    }

    /**
     * What a step of stock DJL and of the recipe should take, before either is run: operations are timed alone, once for
     * each machine, and added up.
     */
    public Prediction predict() {
        return WorkloadEstimate.of(workload, methods(), device());
    }

    /**
     * FLOPs, bytes, memory and time of a training step of the recipe, or of a forward pass that is not recorded.
     *
     * @throws IllegalStateException where the model cannot be estimated, with the block and the reason
     */
    public Estimated estimate(boolean inference) {
        return Estimated.of(
                EstimateSubject.of(workload), methods(), inference, device(), LocalMachine.operationTimes());
    }

    /**
     * The estimate beside what was measured; the memory in a JVM of its own.
     *
     * @throws IllegalArgumentException where the workload or the recipe cannot be told to another JVM
     */
    public CheckedEstimate checkedEstimate(boolean inference) throws InterruptedException {
        List<String> memory = FreshStep.arguments(
                inference ? FreshStep.Question.ESTIMATED_INFERENCE : FreshStep.Question.ESTIMATED_STEP,
                workload,
                Arm.of(methods()));
        return EstimateCheck.of(
                        EstimateSubject.of(workload), estimate(inference), device(), methods(), inference, memory)
                .toRecord();
    }

    /**
     * The time of a step: stock DJL, stock DJL again as a check of the measurement, and the recipe with the parts of it
     * that were asked for, interleaved.
     */
    public BenchRecord time() {
        return showing(
                at -> StepTimes.measure(told("time"), workload, LocalMachine.machine(), device(), arms(), timing(at)));
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
        ProfilePlan plan = new ProfilePlan(PROFILED_STEPS, false, false, false);
        return profile(plan).record();
    }

    /** The same as asked for in detail, with the operators that a trace is written of. */
    public StepProfile.Measured profile(ProfilePlan plan) {
        return showing(at -> {
            at.show(0, Duration.ZERO, "calibration");
            try {
                return StepProfile.measure(told("profile"), workload, arm(), plan, at);
            } catch (IOException e) {
                throw new UncheckedIOException("the data of " + workload.name() + " could not be read: " + e, e);
            } catch (TranslateException e) {
                throw new IllegalStateException("the data of " + workload.name() + " could not be read: " + e, e);
            }
        });
    }

    /**
     * The most memory held in a step of stock DJL and in one of the recipe, each measured in a JVM of its own; at
     * {@link Size#QUICK} with sixteen times the batch, since so small a model's memory drowns in the JVM's.
     *
     * @throws IllegalArgumentException where the workload or the recipe cannot be told to another JVM
     */
    public BenchRecord memory() {
        Workload measured = large();
        return showing(at -> {
            List<Arm> arms = arms();
            return StepMemories.measure(measured, arms, device(), at)
                    .into(UntimedRecord.of(told("memory"), measured, arms));
        });
    }

    private Workload large() {
        return size == Size.QUICK ? WorkloadSizes.withBatchTimes(workload, DROWNED) : workload;
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
        TrialRunner.heldOut(workload);
        return trainings.seeds() >= 2
                ? showing(
                        at -> trained(but(bench -> bench.bar = Optional.of(at)).time(), at, record -> {}))
                : showing(at -> new OneSeed(workload, Arm.of(methods()), trainings.rate(workload), steps, device(), at)
                        .record(told("train")));
    }

    /**
     * Step times, then memory where wanted, then the trainings that were asked for.
     *
     * @param keep is given what there is of the record as it grows
     */
    public BenchRecord all(boolean memory, Consumer<BenchRecord> keep) {
        if (trainings.seeds() >= 2) {
            TrialRunner.heldOut(workload);
            trainings.earlier(workload);
        }
        return showing(at -> {
            List<Arm> arms = arms();
            BenchRecord record =
                    StepTimes.measure(told("time"), workload, LocalMachine.machine(), device(), arms, timing(at));
            keep.accept(record);
            if (memory && !record.partial()) {
                record = memory(record, arms, at);
                keep.accept(record);
            }
            return trainings.seeds() >= 2 ? trained(record, at, keep) : record;
        });
    }

    /**
     * Memory as by {@link #memory}, then step times: what a method costs that saves the one and takes more of the other.
     *
     * @throws IllegalStateException where the memory was not measured, and so there is nothing to show
     */
    public BenchRecord memoryAndTime() {
        return showing(at -> {
            List<Arm> arms = arms();
            StepMemories memories = StepMemories.measure(workload, arms, device(), at);
            memories.requireAll();
            BenchRecord times = StepTimes.measure(
                    told("memoryAndTime"), workload, LocalMachine.machine(), device(), arms, timing(at));
            return memories.into(memories.withActivations(times));
        });
    }

    private BenchRecord memory(BenchRecord record, List<Arm> arms, ProgressBar at) {
        try {
            return StepMemories.measure(workload, arms, device(), at).into(record);
        } catch (IllegalArgumentException e) {
            // The workload or a method cannot be told to another JVM; what else was measured stands.
            List<String> notes = new ArrayList<>(record.notes());
            notes.add("no memory was measured: " + e.getMessage());
            return record.withNotes(notes);
        }
    }

    private BenchRecord trained(BenchRecord times, ProgressBar at, Consumer<BenchRecord> keep) {
        return trainings.into(times, workload, Arm.of(methods()), new QualityRace.Saving(at, keep));
    }

    /**
     * The learning rate at which the workload learns best in so many {@link #steps}, with the recipe, or with stock DJL
     * where there is none.
     */
    public TuningRecord tune() {
        TrialRunner.heldOut(workload);
        return showing(at -> new LearningRateSearch(
                        workload, arm(), steps, now -> at.show(now.share(), now.left(), now.doing()))
                .run(told("tune")));
    }

    /** How many steps of {@link #tune} fit in so many seconds, from a few that are timed; at least 1. */
    public long stepsIn(double limit) {
        try (ArmTrainer trainer = ArmTrainer.withBatches(workload, device(), arm())) {
            double[] millis = new double[TIMED_STEPS];
            for (int i = -WARM_UP_STEPS; i < TIMED_STEPS; i++) {
                long begin = System.nanoTime();
                trainer.step();
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            return Math.max(1, Math.round(1000 * limit / Statistics.median(millis)));
        }
    }

    private PairedTiming timing(ProgressBar at) {
        return PairedTiming.rounds(rounds)
                .within(Duration.ofMillis((long) Math.ceil(1000 * seconds)))
                .withBaselineAgain()
                .reportingTo(now -> at.show(now.share(), now.left(), now.phase() + ": " + now.variant()));
    }

    private List<Arm> arms() {
        return Arm.all(recipes());
    }

    /** What is measured beside stock DJL: the parts of the recipe that were asked for, then the recipe, none twice. */
    public List<List<EfficiencyMethod>> recipes() {
        return RecipePart.recipes(methods(), parts);
    }

    private interface Work<T> {
        T on(ProgressBar bar);
    }

    private <T> T showing(Work<T> work) {
        if (bar.isPresent()) {
            return work.on(bar.get());
        }
        try (ProgressBar own = ProgressBar.here()) {
            return work.on(own);
        }
    }

    /** What makes a record again: a command line where one does, else the call in Java. */
    private String told(String question) {
        return command.or(() -> question.equals("time") ? commandLine() : Optional.empty())
                .orElseGet(() -> inCode(question));
    }

    private Optional<String> commandLine() {
        List<String> more = new ArrayList<>(
                List.of("--steps", Integer.toString(2 * rounds), "--seconds", Double.toString(seconds)));
        parts.forEach(each -> more.add(each.option()));
        more.add("--no-memory");
        return CommandText.bench(workload, methods(), more);
    }

    private String inCode(String question) {
        String recipe = String.join(", ", Recipe.of(methods()).labels());
        return String.format(Locale.ROOT, "Bench.of(%s).with(%s).%s()", workload.name(), recipe, question);
    }

    private static Device device() {
        return LocalMachine.device();
    }
}
