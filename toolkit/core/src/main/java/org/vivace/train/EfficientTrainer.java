package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.vivace.torch.Autograd;
import org.vivace.torch.Collecting;
import org.vivace.torch.Precision;
import org.vivace.train.TrainedPasses.TrainedPass;

/**
 * DJL's trainer with methods: {@code EasyTrain.fit}, listeners and metrics work on it unchanged.
 *
 * <pre>{@code
 * try (Trainer trainer = new EfficientTrainer(model, config, MixedPrecision.bf16(), new FusedAdamW())) {
 *     trainer.initialize(new Shape(16, 256));
 *     EasyTrain.fit(trainer, 3, train, test);
 * }
 * }</pre>
 *
 * Without methods it computes what {@code model.newTrainer(config)} computes, bit for bit.
 */
public final class EfficientTrainer extends Trainer {

    private final Run run;
    private final HookedLoss loss;
    private final Optional<StockOptimizerState> stock;
    private final RunDevices devices;
    private final List<NDManager> copies = new ArrayList<>();
    private int placed;
    private boolean stepped;

    public EfficientTrainer(Model model, TrainingConfig config, EfficiencyMethod... methods) {
        this(model, config, RunSettings.none(), methods);
    }

    /**
     * @param config may name several devices, of which the first is the model's: DJL splits each batch between them,
     *     as {@link Training#devices} says, and adds up their gradients: a mean loss counts once for each device
     * @param settings without an optimizer, the config's is used
     * @throws IllegalArgumentException if the methods cannot be combined or cannot act on this model, if the config's
     *     devices are not of one type, or if there are several and the config has an executor service or the model a
     *     TorchScript module
     */
    public EfficientTrainer(Model model, TrainingConfig config, RunSettings settings, EfficiencyMethod... methods) {
        // Without methods DJL's behavior is unchanged, including the order that its update counters depend on.
        this(Start.of(model, config, settings, Recipe.of(methods), Progress.of(settings)), methods.length > 0);
    }

    /** For {@link Training}'s loop, in which equal seeds give equal weights with DJL's own optimizers too. */
    EfficientTrainer(Start start) {
        this(start, true);
    }

    private EfficientTrainer(Start start, boolean managesStockState) {
        super(start.run().model(), start.config());
        run = start.run();
        loss = start.loss();
        devices = start.devices();
        loss.actFor(run);
        stock = managesStockState ? StockOptimizerState.of(start.config().getOptimizer()) : Optional.empty();
    }

    /** The loss of the last training pass as the user's loss function gave it. */
    NDArray plainLoss() {
        return loss.last();
    }

    /** The precisions that a trainer's blocks may run in; fp32 only for DJL's own trainers. */
    public static Set<Precision> precisions(Trainer trainer) {
        return trainer instanceof EfficientTrainer ours
                ? ours.run.recipe().precisions()
                : EnumSet.of(Precision.FLOAT32);
    }

    /** The run that carries the methods. */
    public Run run() {
        return run;
    }

    @Override
    public void initialize(Shape... shapes) {
        run.seedFor("weights");
        super.initialize(shapes);
    }

    @Override
    public Iterable<Batch> iterateDataset(Dataset dataset) throws IOException, TranslateException {
        run.seedFor("data");
        if (!run.settings().prefetch()) {
            return super.iterateDataset(dataset);
        }
        Prefetch batches = Prefetch.of(
                run,
                getManager(),
                host -> dataset.getData(host, getExecutorService().orElse(null)));
        return () -> batches;
    }

    @Override
    public GradientCollector newGradientCollector() {
        run.beginBatch();
        loss.passes().clear();
        return new Collector(Collecting.open(super::newGradientCollector));
    }

    /**
     * A training pass; a batch may have several before its backward pass. Methods may change data and labels for it.
     * The given lists are not modified: if the labels given here are passed to the trainer's loss and evaluators, these
     * use the changed ones.
     */
    @Override
    public NDList forward(NDList data, NDList labels) {
        return pass(
                new Sample(new NDList(data), new NDList(labels)),
                seen -> super.forward(new NDList(seen.data()), new NDList(seen.labels())),
                (seen, parameters) ->
                        block().forward(parameters, new NDList(seen.data()), new NDList(seen.labels()), null));
    }

    /**
     * A training pass without labels.
     *
     * @throws IllegalStateException if a method changes the labels along with the data
     */
    @Override
    public NDList forward(NDList input) {
        for (String method : run.calls().changingLabels()) {
            throw new IllegalStateException("expected a training pass with labels, which " + method
                    + " changes along with the data, got one without: call trainer.forward(data, labels)");
        }
        return pass(
                new Sample(new NDList(input), new NDList()),
                seen -> super.forward(new NDList(seen.data())),
                (seen, parameters) -> block().forward(parameters, new NDList(seen.data()), true));
    }

    /**
     * @param own on the model's device
     * @param other on another one, with copies of the parameters
     */
    private NDList pass(Sample given, Function<Sample, NDList> own, BiFunction<Sample, ParameterStore, NDList> other) {
        run.beginPass();
        if (run.passOfBatch() == 0) {
            closeCopies();
        }
        boolean here = devices.of(given.data().head(), placed++) == 0;
        if (Autograd.recording() && here) {
            run.preflight(given, super::forward, loss.plain(), value -> Autograd.backward(value, false));
        }
        Sample seen = run.calls().batch(given);
        NDList predictions = run.calls().forward(Pass.TRAIN, () -> here ? own.apply(seen) : onCopies(seen, other));
        if (Autograd.recording()) {
            loss.passes().add(new TrainedPass(given, seen, predictions));
        }
        return predictions;
    }

    private NDList onCopies(Sample seen, BiFunction<Sample, ParameterStore, NDList> pass) {
        long begin = System.nanoTime();
        NDManager owner = seen.data().head().getManager().newSubManager();
        copies.add(owner);
        NDList predictions = pass.apply(seen, copies(seen.data(), owner));
        addMetric("forward", begin);
        return predictions;
    }

    /** A backward pass may have needed them until now, to run a part of the forward pass again. */
    private void closeCopies() {
        copies.forEach(NDManager::close);
        copies.clear();
    }

    private Block block() {
        return getModel().getBlock();
    }

    /** The parameters for one pass where the data are. */
    private ParameterStore copies(NDList data, NDManager owner) {
        return new CopiedParameters(run.trained().every(), data.head().getDevice(), owner);
    }

    /** Those that a training batch is split between; the model's first. */
    @Override
    public Device[] getDevices() {
        // DJL asks while it constructs a trainer, of the one that it knows.
        return devices == null ? super.getDevices() : devices.all().toArray(Device[]::new);
    }

    /**
     * The labels of the last training pass after the methods' changes, to compute other metrics on its predictions.
     *
     * @return empty before the first pass of a step
     */
    public NDList trainedLabels() {
        return loss.passes().lastLabels();
    }

    @Override
    public NDList evaluate(NDList input) {
        run.findings().readNoted();
        if (devices.of(input.head(), 0) == 0) {
            return run.calls().forward(Pass.EVALUATE, () -> super.evaluate(new NDList(input)));
        }
        try (NDManager owner = input.head().getManager().newSubManager()) {
            return run.calls()
                    .forward(
                            Pass.EVALUATE, () -> block().forward(copies(input, owner), new NDList(input), false, null));
        }
    }

    @Override
    public void step() {
        run.update(() -> {
            if (!stepped) {
                FirstStep.allow(this, run.withGradients());
                stepped = true;
            }
            stock.ifPresent(state -> state.count(run));
            super.step();
        });
        loss.passes().clear();
        closeCopies();
        placed = 0;
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            if (run != null) { // the superclass's finaliser may call this before the constructor has ended
                run.close();
            }
        }
    }

    /** DJL's collector, with the run's hooks around each backward pass. */
    private final class Collector implements GradientCollector {

        private final GradientCollector inner;

        Collector(GradientCollector inner) {
            this.inner = inner;
        }

        @Override
        public void backward(NDArray target) {
            run.calls().backward(target, inner::backward);
        }

        @Override
        public void zeroGradients() {
            inner.zeroGradients();
            run.calls().zeroedGradients();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
