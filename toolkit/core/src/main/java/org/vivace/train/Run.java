package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.Autograd;
import org.vivace.torch.Collecting;
import org.vivace.torch.TensorList;

/**
 * One training of one model with a recipe. It owns the state of that training (the hooks, the step counter and the
 * seed) and is the only caller of {@link Hooks}.
 *
 * <p>{@link EfficientTrainer} and {@link Training} drive a run for you. In your own loop, create one before the model
 * is initialized and let it run each step:
 *
 * <pre>{@code
 * try (Run run = Run.of(model, RunSettings.none().optimizer(adam), new FusedAdamW());
 *         Trainer trainer = model.newTrainer(config)) {
 *     trainer.initialize(shape);
 *     for (Batch batch : trainer.iterateDataset(data)) {
 *         run.step(new Sample(batch.getData(), batch.getLabels()), trainer::forward, loss, trainer::step);
 *         batch.close();
 *     }
 * }
 * }</pre>
 *
 * A run is used by one thread.
 */
public final class Run implements AutoCloseable {

    private final Model model;
    private final RunSettings settings;
    private final Recipe recipe;
    private final AttachedHooks hooks;
    private final RunSeeds seeds;
    private final List<String> log = new ArrayList<>();
    private final Surgery surgery;
    private final TrainedParameters parameters;
    private final Progress progress;
    private final StepLedger ledger = new StepLedger();
    private final Preflight preflight;
    private final Findings findings;
    private @Nullable Prefetch batches;
    private long step;
    private boolean started;
    private boolean closed;

    private Run(Model model, RunSettings settings, Recipe recipe, Progress progress) {
        this.model = model;
        this.settings = settings;
        this.recipe = recipe;
        this.progress = progress;
        hooks = new AttachedHooks(this, recipe, ledger);
        preflight = new Preflight(this, hooks);
        findings = new Findings(this);
        seeds = new RunSeeds(settings.seed());
        parameters = new TrainedParameters(model);
        surgery = new Surgery(model.getBlock(), settings.strict(), log);
    }

    /**
     * Attaches the methods to a model and replaces the blocks that they want replaced.
     *
     * @param model with its block set, preferably before its weights exist
     * @throws IllegalArgumentException if the methods cannot be combined, or cannot act on this model or run
     */
    public static Run of(Model model, RunSettings settings, EfficiencyMethod... methods) {
        return of(model, settings, Recipe.of(methods));
    }

    public static Run of(Model model, RunSettings settings, Recipe recipe) {
        return of(model, settings, recipe, Progress.of(settings));
    }

    static Run of(Model model, RunSettings settings, Recipe recipe, Progress progress) {
        if (model.getBlock() == null) {
            throw new IllegalArgumentException("expected a model with a block, got one without: call setBlock first");
        }
        if (!model.getNDManager().getDevice().isGpu()) {
            Arithmetic.correct();
        }
        Run run = new Run(model, settings, recipe, progress);
        try {
            run.hooks.attach();
            run.hooks.operate(run.surgery);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
        return run;
    }

    public Model model() {
        return model;
    }

    public Recipe recipe() {
        return recipe;
    }

    public RunSettings settings() {
        return settings;
    }

    public Device device() {
        return model.getNDManager().getDevice();
    }

    /** Steps done, skipped ones included; during a step, its number counted from 0. */
    public long step() {
        return preflight.now().map(Phase::step).orElse(step);
    }

    /** The index, from 0, of the current batch in a step of several, each with its own backward pass. */
    public int batchOfStep() {
        return ledger.batches();
    }

    /** The index, from 0, of the current training pass in a batch that has several before its backward pass. */
    public int passOfBatch() {
        return rehearsed() ? 0 : ledger.passes();
    }

    boolean rehearsed() {
        return preflight.now().isPresent();
    }

    /** Whether {@link #progress} is known. */
    public boolean hasLength() {
        return progress.known();
    }

    /**
     * The share of the run that is done, in [0, 1].
     *
     * @throws IllegalStateException if the run's length is not known
     */
    public double progress() {
        return preflight.now().map(Phase::progress).orElseGet(() -> progress.at(step));
    }

    /** Sentences about this run that a user should see: what was skipped, what will be slow and why. */
    public List<String> log() {
        return List.copyOf(log);
    }

    public void note(String sentence) {
        log.add(sentence);
    }

    /** The parameters that are not frozen at present, in the model's order, each once; their weights must exist. */
    public List<NamedParameter> parameters() {
        return parameters.all();
    }

    /** Those {@link #parameters} that a backward pass has reached, listed for {@code org.vivace.torch}'s kernels. */
    public TensorList withGradients() {
        return parameters.withGradients();
    }

    TrainedParameters trained() {
        return parameters;
    }

    /** The hooks of this recipe's methods, in the recipe's order; for reading what a method counts and reports. */
    public List<Hooks> hooks() {
        return hooks.all();
    }

    /**
     * One whole step: forward, loss, backward, update.
     *
     * @param forward the model's training pass, {@code trainer::forward}
     * @param update the optimizer's step, {@code trainer::step}; not called if a method replaces or skips it
     * @param sample on the model's device, the only one that a loop of your own can train on
     * @return the loss as {@code loss} gives it, which closes with the batch
     * @throws IllegalArgumentException if the sample is on another device
     */
    public NDArray step(Sample sample, Function<NDList, NDList> forward, Loss loss, Runnable update) {
        requireOpen();
        RunDevices.requireOwn(device(), sample.data().head());
        beginBatch();
        NDArray value;
        try (GradientCollector collector = Collecting.open()) {
            preflight(sample, forward, loss, collector::backward);
            Sample seen = hooks.batch(sample);
            NDList predictions = hooks.forward(Pass.TRAIN, () -> forward.apply(new NDList(seen.data())));
            value = loss.evaluate(seen.labels(), predictions);
            hooks.backward(hooks.loss(value, seen, predictions), collector::backward);
        }
        update(update);
        return value;
    }

    /** Starts the run if it has not started, and seeds the generators for this batch. */
    void beginBatch() {
        start();
        ledger.beginBatch();
        seeds.forBatch(step, batchOfStep());
    }

    /** Begins a batch for a training pass outside of one, for example because another collector was opened. */
    void beginPass() {
        if (!Autograd.recording()) {
            start();
        } else if (!ledger.batchOpen()) {
            beginBatch();
        }
    }

    /** Seeds the generators, in your own loop: {@code weights} before initializing, {@code data} before iterating. */
    public void seedFor(String purpose) {
        seeds.at(purpose, step);
    }

    RunSeeds seeds() {
        return seeds;
    }

    /** Rehearses the methods' phases on the first batch of the run. */
    void preflight(Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
        if (!preflight.done()) {
            preflight.run(sample, forward, loss, backward);
            ledger.begin();
            beginBatch();
        }
    }

    double preflightSeconds() {
        return preflight.seconds();
    }

    void start() {
        requireOpen();
        if (!started) {
            started = true;
            hooks.start();
        }
    }

    /** The hooks that a driver calls between {@link #beginBatch} and {@link #update}. */
    AttachedHooks calls() {
        return hooks;
    }

    /** Makes the next backward pass keep its graph, for a method that runs a part of it again. */
    public void keepGraph() {
        hooks.keepGraph();
    }

    /** Ends the step: the gradients' hooks, the update unless it is skipped, and the hooks after it. */
    void update(Runnable optimizerStep) {
        requireOpen();
        parameters.look();
        try {
            hooks.endStep(optimizerStep);
            step++;
        } finally {
            ledger.begin(); // also if the step is refused
        }
        seeds.forLoading(step);
    }

    /** Where this step's batch came from, and the next one is to be loaded. */
    void loadsFrom(Prefetch source) {
        batches = source;
    }

    /** Called when the passes of a step are made, before the host waits for them. */
    void loadAhead() {
        if (batches != null) {
            batches.load();
        }
    }

    public Findings findings() {
        return findings;
    }

    /**
     * During the update of a step whose findings are read later, an fp32 array of shape (1) on the run's device: 1 if a
     * value or a gradient was not finite since they were read last, so that the update must not be made.
     */
    public Optional<NDArray> found() {
        return findings.flag();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open run, got one that is closed: make a new one");
        }
    }

    void resumeAt(long reached) {
        step = reached;
    }

    /**
     * Ends the run, restores the model's structure and frees what the methods hold. The weights stay.
     *
     * @throws GradientDivergedException if a gradient was not finite in one of the last steps, which were not read yet;
     *     the run has ended all the same, and no update was made since that step
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            findings.readNoted();
        } finally {
            end();
        }
    }

    private void end() {
        try {
            if (started) {
                hooks.each(Hook.END, each -> each.onEnd(this));
            }
        } finally {
            hooks.all().forEach(Hooks::close);
            surgery.undo();
            findings.close();
            parameters.close();
        }
    }
}
