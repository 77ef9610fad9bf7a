package org.vivace.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.Optional;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.Collecting;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Recipe;
import org.vivace.train.RunSettings;

/**
 * A model with initialized weights and the trainer of an arm, stock DJL's or one that carries a recipe, which does one
 * training step on each given batch.
 */
final class StepDriver implements AutoCloseable {

    private final Model model;
    private final Trainer trainer;

    /**
     * @param inputs shapes of a full batch, batch axis first
     * @param recipe empty for stock DJL
     * @param seed of the weights
     */
    StepDriver(
            String name,
            Device device,
            Block block,
            Shape[] inputs,
            Loss loss,
            Optimizer optimizer,
            Optional<Recipe> recipe,
            RunSettings settings,
            long seed) {
        model = Model.newInstance(name, device, "PyTorch");
        model.setBlock(block);
        try {
            // Stock DJL's, without the listener that reads every loss a second time.
            DefaultTrainingConfig config = new DefaultTrainingConfig(loss)
                    .optDevices(new Device[] {device})
                    .optOptimizer(optimizer);
            trainer = recipe.map(methods -> (Trainer) new EfficientTrainer(
                            model, config, settings, methods.methods().toArray(EfficiencyMethod[]::new)))
                    .orElseGet(() -> model.newTrainer(config));
            Seeds.set(Seeds.derive(seed, "weights", 0));
            trainer.initialize(inputs);
            if (!device.isGpu()) {
                Arithmetic.requireRight(model.getBlock(), EfficientTrainer.precisions(trainer));
            }
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    Trainer trainer() {
        return trainer;
    }

    /**
     * The parts of DJL's own loop: forward, loss, backward, update. The loss is read, as in any training that shows it;
     * on a GPU this waits for the device.
     */
    double step(NDList data, NDList labels) {
        NDArray loss;
        try (GradientCollector collector = collector()) {
            NDList predictions = trainer.forward(data, labels);
            loss = trainer.getLoss().evaluate(labels, predictions);
            collector.backward(loss);
        }
        trainer.step();
        return loss.getFloat();
    }

    /** First closes a collector that a failed cell left open, also with DJL's own trainer. */
    private GradientCollector collector() {
        return trainer instanceof EfficientTrainer
                ? trainer.newGradientCollector()
                : Collecting.open(trainer::newGradientCollector);
    }

    @Override
    public void close() {
        // A run that has diverged may say so only now.
        try (model) {
            trainer.close();
        }
    }
}
