package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vivace.torch.Autograd;
import org.vivace.torch.GradMode;
import org.vivace.torch.Gradients;
import org.vivace.torch.Seeds;
import org.vivace.torch.TensorList;

/**
 * One training of one model with a recipe. It owns what belongs to that training, the hooks' state, the step counter
 * and the seed, and is the only caller of {@link Hooks}.
 *
 * <p>{@link EfficientTrainer} and {@link Training} drive a run for you. In a loop of your own, make one before the
 * model is initialised and let it carry the step:
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
    private final Map<EfficiencyMethod, Hooks> hooks = new LinkedHashMap<>();
    private final List<String> log = new ArrayList<>();
    private final Surgery surgery;
    private DoubleSupplier progress;
    private long step;
    private int batchInStep;
    private boolean started;
    private boolean closed;
    private Phase rehearsed;
    private boolean preflightDone;
    private boolean graphKept;
    private TensorList trainable;
    private List<NamedParameter> parameters;

    private Run(Model model, RunSettings settings, Recipe recipe) {
        this.model = model;
        this.settings = settings;
        this.recipe = recipe;
        surgery = new Surgery(model.getBlock(), settings.strict(), log);
    }

    /**
     * Attaches the methods to a model and operates on it where they ask for it.
     *
     * @param model with its block set; best before its weights exist
     * @throws IllegalArgumentException where the methods do not go together, or cannot act on this model or run
     */
    public static Run of(Model model, RunSettings settings, EfficiencyMethod... methods) {
        return of(model, settings, Recipe.of(methods));
    }

    public static Run of(Model model, RunSettings settings, Recipe recipe) {
        return of(model, settings, recipe, null);
    }

    /** @param progress the share of the run done, in [0, 1], where something else than the step count says it */
    static Run of(Model model, RunSettings settings, Recipe recipe, DoubleSupplier progress) {
        if (model.getBlock() == null) {
            throw new IllegalArgumentException("expected a model with a block, got one without: call setBlock first");
        }
        Run run = new Run(model, settings, recipe);
        run.progress = progress != null ? progress : settings.progress().orElse(null);
        try {
            for (EfficiencyMethod method : recipe.methods()) {
                run.hooks.put(method, method.attach(run));
            }
            for (EfficiencyMethod method : recipe.at(Hook.MODEL)) {
                run.hooks.get(method).onModel(run, run.surgery.by(method.name()));
            }
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
        return rehearsed != null ? rehearsed.step() : step;
    }

    /** Whether {@link #progress} can be told. */
    public boolean hasLength() {
        return progress != null || settings.steps().isPresent();
    }

    /**
     * The share of the run that is done, in [0, 1].
     *
     * @throws IllegalStateException where the run's length is not known
     */
    public double progress() {
        if (rehearsed != null) {
            return rehearsed.progress();
        }
        if (progress != null) {
            return Math.min(1, progress.getAsDouble());
        }
        long steps = settings.steps()
                .orElseThrow(() -> new IllegalStateException(
                        "expected a run of known length, got one without: give RunSettings.steps(n)"));
        return Math.min(1, (double) step / steps);
    }

    /** Sentences about this run that a user should see: what was skipped, what will be slow and why. */
    public List<String> log() {
        return List.copyOf(log);
    }

    public void note(String sentence) {
        log.add(sentence);
    }

    /** Parameters that training changes, in the model's order; the weights must exist. */
    public List<NamedParameter> parameters() {
        if (parameters == null) {
            List<NamedParameter> found = new ArrayList<>();
            for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
                if (pair.getValue().requiresGradient()) {
                    if (!pair.getValue().isInitialized()) {
                        throw new IllegalStateException("expected the model's weights to exist, but " + pair.getKey()
                                + " has none: initialise the trainer before the first step");
                    }
                    found.add(new NamedParameter(pair.getKey(), pair.getValue()));
                }
            }
            parameters = List.copyOf(found);
        }
        return parameters;
    }

    /** The parameters that a backward pass has reached, as one list for the kernels of {@code org.vivace.torch}. */
    public TensorList withGradients() {
        if (trainable == null || trainable.size() < parameters().size()) {
            List<NDArray> reached = parameters().stream()
                    .map(NamedParameter::array)
                    .filter(Gradients::exists)
                    .toList();
            if (trainable == null || reached.size() != trainable.size()) {
                if (trainable != null) {
                    trainable.close();
                }
                trainable = TensorList.of(reached);
            }
        }
        return trainable;
    }

    /** The hooks of a method of this recipe, for what it counts and reports; in the order of the recipe. */
    public List<Hooks> hooks() {
        return List.copyOf(hooks.values());
    }

    /**
     * One whole step: forward, loss, backward, update.
     *
     * @param forward the model's training pass, {@code trainer::forward}
     * @param update the optimiser's step, {@code trainer::step}; not called where a method replaces or skips it
     * @return the loss, a scalar that closes with the batch
     */
    public NDArray step(Sample sample, Function<NDList, NDList> forward, Loss loss, Runnable update) {
        beginBatch();
        NDArray value;
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            preflight(sample, forward, loss, collector::backward);
            Sample seen = batch(sample);
            NDList predictions = forward(Pass.TRAIN, () -> forward.apply(seen.data()));
            value = loss.evaluate(seen.labels(), predictions);
            backward(loss(value, seen, predictions), collector::backward);
        }
        update(update);
        return value;
    }

    /** Starts the run where that has not happened, and gives this batch its random numbers. */
    void beginBatch() {
        requireOpen();
        start();
        reseed();
        batchInStep++;
    }

    private void reseed() {
        settings.seed()
                .ifPresent(seed -> Seeds.set(Seeds.derive(Seeds.derive(seed, "step", step), "batch", batchInStep)));
    }

    /**
     * Seeds the generators for something outside of the steps, where the run has a seed: {@code weights} before the
     * model is initialised, {@code data} before a data set is iterated. The other two faces do it by themselves; in a
     * loop of your own, do it for equal runs.
     */
    public void seedFor(String purpose) {
        seedFor(purpose, step);
    }

    /** The order of an epoch hangs on the step at which it began, also where the run goes on in its middle. */
    void seedForData(long epochStart) {
        seedFor("data", epochStart);
    }

    private void seedFor(String purpose, long at) {
        settings.seed().ifPresent(seed -> Seeds.set(Seeds.derive(seed, purpose, at)));
    }

    /**
     * Runs one step of each phase that the methods name, without an update, so that a schedule which does not fit the
     * model fails now and not hours in. Once per run; costs nothing where no method has phases.
     */
    void preflight(Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
        if (preflightDone) {
            return;
        }
        preflightDone = true;
        List<Phase> phases = hooks.values().stream()
                .flatMap(each -> each.phases(this).stream())
                .toList();
        if (phases.isEmpty()) {
            return;
        }
        try (NDManager kept = model.getNDManager().newSubManager()) {
            Map<NDArray, NDArray> statistics = copiesOfStatistics(kept);
            for (Phase phase : phases) {
                rehearse(phase, sample, forward, loss, backward);
            }
            statistics.forEach((live, copy) -> copy.copyTo(live));
        } finally {
            rehearsed = null;
        }
        Gradients.zero(withGradients());
        batchInStep--;
        reseed();
        batchInStep++;
    }

    private void rehearse(
            Phase phase, Sample sample, Function<NDList, NDList> forward, Loss loss, Hooks.Backward backward) {
        rehearsed = phase;
        try (NDManager temporary = sample.data().getManager().newSubManager()) {
            temporary.tempAttachAll(sample.data(), sample.labels());
            Sample seen = batch(sample);
            NDList predictions = forward(Pass.TRAIN, () -> forward.apply(seen.data()));
            NDArray value = loss(loss.evaluate(seen.labels(), predictions), seen, predictions);
            backward(value, backward);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "the pre-flight of " + phase.name() + " failed, so the run would have failed there: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Running means and variances, which a training pass changes without any update. */
    private Map<NDArray, NDArray> copiesOfStatistics(NDManager manager) {
        Map<NDArray, NDArray> copies = new IdentityHashMap<>();
        for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
            if (!pair.getValue().requiresGradient() && pair.getValue().isInitialized()) {
                NDArray copy = pair.getValue().getArray().duplicate();
                copy.attach(manager);
                copies.put(pair.getValue().getArray(), copy);
            }
        }
        return copies;
    }

    void start() {
        if (!started) {
            started = true;
            parameters();
            for (EfficiencyMethod method : recipe.at(Hook.START)) {
                hooks.get(method).onStart(this);
            }
        }
    }

    Sample batch(Sample sample) {
        Sample result = sample;
        for (EfficiencyMethod method : recipe.at(Hook.BATCH)) {
            result = hooks.get(method).onBatch(this, result);
        }
        return result;
    }

    NDList forward(Pass pass, Supplier<NDList> body) {
        Supplier<NDList> wrapped = body;
        List<EfficiencyMethod> order = recipe.at(Hook.FORWARD);
        for (int i = order.size() - 1; i >= 0; i--) {
            Hooks hook = hooks.get(order.get(i));
            Supplier<NDList> inner = wrapped;
            wrapped = () -> hook.aroundForward(this, pass, inner);
        }
        if (pass == Pass.TRAIN) {
            return wrapped.get();
        }
        try (GradMode scope = GradMode.off()) {
            return wrapped.get();
        }
    }

    NDArray loss(NDArray loss, Sample sample, NDList predictions) {
        NDArray result = loss;
        for (EfficiencyMethod method : recipe.at(Hook.LOSS)) {
            result = hooks.get(method).onLoss(this, result, sample, predictions);
        }
        return result;
    }

    void backward(NDArray loss, Hooks.Backward body) {
        Hooks.Backward wrapped = value -> {
            if (graphKept) {
                Autograd.backward(value, true);
            } else {
                body.from(value);
            }
        };
        List<EfficiencyMethod> order = recipe.at(Hook.BACKWARD);
        for (int i = order.size() - 1; i >= 0; i--) {
            Hooks hook = hooks.get(order.get(i));
            Hooks.Backward inner = wrapped;
            wrapped = value -> hook.aroundBackward(this, value, inner);
        }
        wrapped.from(loss);
        graphKept = false;
    }

    /**
     * Asks, from within a forward pass, that the backward pass to come keep its graph, for a method that goes through a
     * part of it once more.
     */
    public void keepGraph() {
        graphKept = true;
    }

    /** Ends the step: gradients, update (or none), what comes after. */
    void update(Runnable optimizerStep) {
        requireOpen();
        for (EfficiencyMethod method : recipe.at(Hook.GRADIENTS)) {
            hooks.get(method).onGradients(this);
        }
        boolean now = true;
        for (EfficiencyMethod method : recipe.at(Hook.GRADIENTS)) {
            now &= hooks.get(method).stepsNow(this);
        }
        if (now) {
            boolean done = false;
            for (EfficiencyMethod method : recipe.at(Hook.UPDATE)) {
                done |= hooks.get(method).update(this);
            }
            if (!done) {
                optimizerStep.run();
            }
        } else {
            Gradients.zero(withGradients());
        }
        for (EfficiencyMethod method : recipe.at(Hook.STEPPED)) {
            hooks.get(method).onStepped(this);
        }
        step++;
        batchInStep = 0;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open run, got one that is closed: make a new one");
        }
    }

    /** Goes on from a step that an earlier process had reached. */
    void resumeAt(long reached) {
        step = reached;
    }

    /** Ends the run, restores the model's structure and frees what the methods hold. The weights stay. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (started) {
            for (EfficiencyMethod method : recipe.at(Hook.END)) {
                hooks.get(method).onEnd(this);
            }
        }
        hooks.values().forEach(Hooks::close);
        surgery.undo();
        if (trainable != null) {
            trainable.close();
        }
    }
}
