package org.vivace.trace;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;

/** A small model in stock DJL's training loop, always on the same batch. */
final class Steps implements AutoCloseable {

    private final Model model = Model.newInstance("steps", Device.cpu(), "PyTorch");
    private final Shape input;
    private final boolean ids;
    private final Trainer trainer;

    Steps(Block block, Shape input) {
        this.input = input;
        ids = block instanceof Gpt;
        model.setBlock(block);
        trainer = model.newTrainer(new DefaultTrainingConfig(new TokenLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.adam()
                        .optLearningRateTracker(Tracker.fixed(0.01f))
                        .build()));
        trainer.initialize(input);
    }

    Model model() {
        return model;
    }

    /** Arrays that the model's managers hold. */
    int arrays() {
        return model.getNDManager().getManagedArrays().size();
    }

    /** A pass without a backward pass to come. */
    void forward() {
        try (NDManager batch = model.getNDManager().newSubManager()) {
            trainer.evaluate(new NDList(data(batch)));
        }
    }

    void step() {
        try (NDManager batch = model.getNDManager().newSubManager()) {
            NDArray x = data(batch);
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray logits = trainer.forward(new NDList(x)).singletonOrThrow();
                NDArray labels =
                        batch.ones(logits.getShape().slice(0, logits.getShape().dimension() - 1), DataType.INT64);
                collector.backward(TokenLoss.evaluate(labels, logits));
            }
            trainer.step();
        }
    }

    private NDArray data(NDManager batch) {
        // Not the same value everywhere, which would leave norms without a gradient.
        NDArray index = batch.arange((int) input.size()).reshape(input);
        return ids
                ? index.mod(7).toType(DataType.INT64, false)
                : index.mul(0.7f).sin();
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
