package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.vivace.torch.CudaKernels;

/**
 * A whole training in one expression; each call returns a new value, so that a notebook's cell can be run again.
 *
 * <pre>{@code
 * TrainingRecord record = Training.of(model)
 *         .input(new Shape(16, 256))
 *         .loss(new TokenLoss())
 *         .with(MixedPrecision.bf16(), new FusedAdamW(), SequenceLengthWarmup.over(0.3))
 *         .learningRate(1e-3, Schedule.warmupCosine(0.05, 0.1))
 *         .seed(7)
 *         .steps(1000)
 *         .fit(train, test);
 * }</pre>
 *
 * A model that has weights already is trained further.
 */
public final class Training {

    /** The length of a run: exactly one of the three is positive, or none before the length is set. */
    record Length(int epochs, long steps, double seconds) {
        static final Length NONE = new Length(0, 0, 0);
    }

    final Model model;
    List<Shape> input = List.of();
    Optional<Loss> loss = Optional.empty();
    Recipe recipe = Recipe.of();
    Function<Tracker, Optimizer> optimizer =
            rate -> Optimizer.adam().optLearningRateTracker(rate).build();
    double peakRate = 1e-3;
    Schedule schedule = Schedule.constant();
    RunSettings settings = RunSettings.none();
    Length length = Length.NONE;
    Split split;
    long evaluateEvery;
    List<Evaluator> evaluators = List.of();
    Optional<Saving> saving = Optional.empty();
    Optional<Consumer<TrainingRecord.Point>> onStep = Optional.empty();

    private Training(Model model) {
        this.model = model;
        split = new Split(1, List.of(model.getNDManager().getDevice()));
    }

    private Training(Training other, Consumer<Training> change) {
        this(other.model);
        input = other.input;
        loss = other.loss;
        recipe = other.recipe;
        optimizer = other.optimizer;
        peakRate = other.peakRate;
        schedule = other.schedule;
        settings = other.settings;
        length = other.length;
        split = other.split;
        evaluateEvery = other.evaluateEvery;
        evaluators = other.evaluators;
        saving = other.saving;
        onStep = other.onStep;
        change.accept(this);
    }

    private Training and(Consumer<Training> change) {
        return new Training(this, change);
    }

    /** @param model with its block set, on the device to train on */
    public static Training of(Model model) {
        return new Training(Objects.requireNonNull(model));
    }

    /** The shapes of the model's inputs, batch axis first; not needed if the model has weights. */
    public Training input(Shape... shapes) {
        return and(t -> t.input = List.of(shapes));
    }

    /**
     * What to minimise. A loss with one value per example counts as the sum of its values, as in DJL's backward pass;
     * the record has that sum too. With micro-batches, any other loss must be the mean over the examples.
     */
    public Training loss(Loss value) {
        return and(t -> t.loss = Optional.of(value));
    }

    /** Replaces the recipe. */
    public Training with(EfficiencyMethod... methods) {
        return with(Arrays.asList(methods));
    }

    /** Replaces the recipe. */
    public Training with(List<? extends EfficiencyMethod> methods) {
        Recipe value = Recipe.of(methods);
        return and(t -> t.recipe = value);
    }

    /** Makes the optimizer from the learning rate's tracker, a new one for each fit; DJL's Adam by default. */
    public Training optimizer(Function<Tracker, Optimizer> value) {
        return and(t -> t.optimizer = value);
    }

    /** A constant learning rate; 0.001 by default. */
    public Training learningRate(double rate) {
        return learningRate(rate, Schedule.constant());
    }

    /** @param peak the learning rate where the schedule is 1, &gt; 0 */
    public Training learningRate(double peak, Schedule value) {
        require(peak > 0 && Double.isFinite(peak), "a learning rate > 0", peak);
        return and(t -> {
            t.peakRate = peak;
            t.schedule = value;
        });
    }

    /** Makes the run reproducible: weights, order of the data and every step's random numbers depend on the seed. */
    public Training seed(long value) {
        return and(t -> t.settings = t.settings.seed(value));
    }

    /** Surgery that finds nothing to act on adds a note to the record's log instead of failing. */
    public Training lenient() {
        return and(t -> t.settings = t.settings.lenient());
    }

    /** See {@link RunSettings#kernels}. */
    public Training kernels(CudaKernels value) {
        return and(t -> t.settings = t.settings.kernels(value));
    }

    /** See {@link RunSettings#prefetched}. */
    public Training prefetched() {
        return and(t -> t.settings = t.settings.prefetched());
    }

    /** Trains for this many passes over the data; one pass before the training counts the batches. */
    public Training epochs(int value) {
        require(value >= 1, "at least 1 epoch", value);
        return and(t -> t.length = new Length(value, 0, 0));
    }

    /** Trains for this many steps, repeating the data as often as needed. */
    public Training steps(long value) {
        require(value >= 1, "at least 1 step", value);
        return and(t -> t.length = new Length(0, value, 0));
    }

    /** Trains for this time, as {@link TrainingRecord#seconds} counts it; schedules follow the clock. */
    public Training seconds(double value) {
        require(value > 0 && Double.isFinite(value), "more than 0 seconds", value);
        return and(t -> t.length = new Length(0, 0, value));
    }

    /**
     * Accumulates each step's gradient over this many parts, to need less memory. A loss that is neither the mean over
     * the batch's examples nor one value per example is refused in the first step that shows it.
     */
    public Training microBatches(int value) {
        require(value >= 1, "at least 1 micro-batch", value);
        return and(t -> t.split = new Split(value, t.split.devices()));
    }

    /**
     * Splits each step's batch between devices; {@link #microBatches} counts the parts of each. The weights, their
     * gradients, the optimizer and the methods' state are on the first alone, the model's own, as in PyTorch's {@code
     * DataParallel}: the others compute on copies of the weights that are made for each pass, and their gradients are
     * added up on the first. So a step equals that of one device, up to rounding and dropout, with any batch size; only
     * the running statistics of batch norms are those of the first device's parts. Evaluation is on the first.
     *
     * <p>The loss must be one that {@link #microBatches} allows. Parts on different devices are checked for that in the
     * first ten steps, since their predictions have to be copied.
     *
     * @param values of one type, the model's device first
     * @throws IllegalArgumentException if they are not
     */
    public Training devices(Device... values) {
        RunDevices all = RunDevices.of(model.getNDManager().getDevice(), values);
        return and(t -> t.split = new Split(t.split.microBatches(), all.all()));
    }

    /** Evaluates every {@code steps} steps, and always at the end if there is test data. */
    public Training evaluateEvery(long steps) {
        require(steps >= 1, "an evaluation every 1 or more steps", steps);
        return and(t -> t.evaluateEvery = steps);
    }

    /** What to measure on the test data besides the loss. */
    public Training measuring(Evaluator... values) {
        return and(t -> t.evaluators = List.of(values));
    }

    /**
     * Saves all that the run depends on, every {@code steps} steps, at the end, and when the thread is interrupted; keeps
     * the newest two. Needs a seed, and a folder without saves unless {@link #resume} names it too.
     */
    public Training saveEvery(long steps, Path folder) {
        require(steps >= 1, "a save every 1 or more steps", steps);
        return and(t -> t.saving = Optional.of(Saving.periodic(folder, steps, t.saving)));
    }

    /**
     * Continues from the newest good save in the folder, bit-equal to a run that was never stopped; starts from the
     * beginning if there is none. A damaged save is set aside, with a note in the record's log. Parameters are frozen
     * as in the save. The run also saves there, as set by {@link #saveEvery}, or else at the end and when the thread is
     * interrupted. Seed, length, recipe, kind of optimizer, data and model must be those of the saved run.
     */
    public Training resume(Path folder) {
        return and(t -> t.saving = Optional.of(Saving.resumed(folder, t.saving)));
    }

    /** Called after each step, whose loss is read for it, for progress bars; must return quickly. */
    public Training onStep(Consumer<TrainingRecord.Point> listener) {
        return and(t -> t.onStep = Optional.of(listener));
    }

    /** See {@link RunSettings#readEvery}; with {@link #onStep} each step is read. */
    public Training readEvery(int steps) {
        return and(t -> t.settings = t.settings.readEvery(steps));
    }

    /**
     * The trainer that {@link #fit} would drive, with initialized weights, at one point of the run: for a profiler, or
     * to step by hand. The caller closes it.
     *
     * @param progress the share of the run that is done, in [0, 1], for schedules
     * @throws IllegalArgumentException if the loss or the shapes of the inputs are missing, or the methods do not fit
     */
    public EfficientTrainer trainerAt(double progress) {
        require(progress >= 0 && progress <= 1, "a share of the run in [0, 1]", progress);
        requireShapes();
        DefaultTrainingConfig config = config(requireLoss(), () -> progress);
        evaluators.forEach(config::addEvaluator);
        EfficientTrainer trainer =
                new EfficientTrainer(Start.of(model, config, settings, recipe, Progress.of(() -> progress)));
        try {
            initialize(trainer);
            return trainer;
        } catch (RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    /** @param progress the share of the run that is done, in [0, 1] */
    DefaultTrainingConfig config(Loss minimized, DoubleSupplier progress) {
        return new DefaultTrainingConfig(minimized)
                .optDevices(split.devices().toArray(Device[]::new))
                .optOptimizer(optimizer.apply(update -> (float) (peakRate * schedule.at(progress.getAsDouble()))));
    }

    void initialize(EfficientTrainer trainer) {
        if (!input.isEmpty()) {
            trainer.initialize(input.toArray(Shape[]::new));
        }
    }

    private Loss requireLoss() {
        return loss.orElseThrow(() -> new IllegalArgumentException("expected a loss, got none: call loss(…)"));
    }

    private void requireShapes() {
        if (input.isEmpty() && model.getBlock() != null && !model.getBlock().isInitialized()) {
            throw new IllegalArgumentException("expected the shapes of the model's inputs, got none: call input(…)");
        }
    }

    /** Trains without test data. */
    public TrainingRecord fit(Dataset train) throws IOException, TranslateException {
        return fit(train, Optional.empty());
    }

    /**
     * Trains. Interrupting the thread ends the run after the current step, without a last evaluation.
     *
     * @param test evaluated at the end and as often as {@link #evaluateEvery} sets
     * @throws LossDivergedException if the loss is not finite
     * @throws GradientDivergedException if a gradient is not
     * @throws IllegalArgumentException if a setting is missing or does not fit the others, or the data are empty
     * @throws IOException if the data cannot be read or the run cannot be saved
     */
    public TrainingRecord fit(Dataset train, Dataset test) throws IOException, TranslateException {
        return fit(train, Optional.of(test));
    }

    private TrainingRecord fit(Dataset train, Optional<Dataset> test) throws IOException, TranslateException {
        Loss minimized = requireLoss();
        if (length.equals(Length.NONE)) {
            throw new IllegalArgumentException(
                    "expected the run's length, got none: call epochs(…), steps(…) or seconds(…)");
        }
        if (saving.isPresent() && settings.seed().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a seed for a run that is saved or resumed, got none: call seed(…)");
        }
        requireShapes();
        return new Fit(this, minimized, train, test).record();
    }

    private static void require(boolean holds, String expected, Number got) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", got " + got);
        }
    }
}
