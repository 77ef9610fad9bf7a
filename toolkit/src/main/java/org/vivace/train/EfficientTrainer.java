package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Optional;
import org.vivace.torch.Collecting;

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
    private Collector collector;
    private boolean stepped;

    public EfficientTrainer(Model model, TrainingConfig config, EfficiencyMethod... methods) {
        this(model, config, RunSettings.none(), methods);
    }

    /**
     * @param settings their optimiser, where it is not given, is the config's
     * @throws IllegalArgumentException where the methods do not go together or cannot act on this model, or where the
     *     config asks for more than one device
     */
    public EfficientTrainer(Model model, TrainingConfig config, RunSettings settings, EfficiencyMethod... methods) {
        this(Start.of(model, config, settings, Recipe.of(methods), null));
    }

    EfficientTrainer(Start start) {
        super(start.run().model(), start.config());
        run = start.run();
        loss = start.loss();
        loss.run = run;
        stock = StockOptimizerState.of(start.config().getOptimizer(), run);
    }

    /** The loss of the last training pass as the user's loss function gave it. */
    NDArray plainLoss() {
        return loss.last;
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
        return super.iterateDataset(dataset);
    }

    @Override
    public GradientCollector newGradientCollector() {
        run.beginBatch();
        collector = new Collector(Collecting.open(super::newGradientCollector));
        return collector;
    }

    /**
     * A training pass. Methods may change the labels; the list given then holds the changed ones, so that loss and
     * evaluators see what the model saw.
     */
    @Override
    public NDList forward(NDList data, NDList labels) {
        Sample given = new Sample(new NDList(data), new NDList(labels));
        if (collector != null) {
            run.preflight(given, super::forward, loss.plain(), collector.inner::backward);
        }
        Sample seen = run.calls().batch(given);
        labels.clear();
        labels.addAll(seen.labels());
        loss.data = seen.data();
        return run.calls().forward(Pass.TRAIN, () -> super.forward(seen.data(), seen.labels()));
    }

    @Override
    public NDList forward(NDList input) {
        Sample seen = run.calls().batch(new Sample(new NDList(input), new NDList()));
        return run.calls().forward(Pass.TRAIN, () -> super.forward(seen.data()));
    }

    @Override
    public NDList evaluate(NDList input) {
        return run.calls().forward(Pass.EVALUATE, () -> super.evaluate(input));
    }

    @Override
    public void step() {
        run.update(() -> {
            if (!stepped) {
                FirstStep.allow(this, run.withGradients());
                stepped = true;
            }
            stock.ifPresent(StockOptimizerState::count);
            super.step();
        });
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            if (run != null) { // the superclass's finaliser may come here before the constructor has ended
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
        }

        @Override
        public void close() {
            collector = null;
            inner.close();
        }
    }
}
