package org.vivace.profile;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.Precision;
import org.vivace.train.EfficientTrainer;

/** A trainer that can be profiled, and the right to be the only one that is. */
final class Ready implements AutoCloseable {

    private static final AtomicBoolean TAKEN = new AtomicBoolean();

    private Ready() {}

    static Ready of(Trainer trainer) {
        return of(() -> {
            requireWeights(trainer.getModel());
            requireBetweenSteps(trainer);
            requireRight(trainer.getModel(), EfficientTrainer.precisions(trainer));
        });
    }

    /** A model that predicts. */
    static Ready of(Model model) {
        return of(() -> {
            requireWeights(model);
            requireRight(model, Set.of(Precision.FLOAT32));
        });
    }

    private static Ready of(Runnable requirements) {
        // First, since the collector of a profile under way is open.
        if (TAKEN.getAndSet(true)) {
            throw new IllegalStateException("expected no profile to be under way, found one: wait until it has ended,"
                    + " since two would count each other's time");
        }
        Ready ready = new Ready();
        try {
            requirements.run();
            return ready;
        } catch (RuntimeException e) {
            ready.close();
            throw e;
        }
    }

    private static void requireWeights(Model model) {
        Block block = model.getBlock();
        if (block == null || !block.isInitialized()) {
            throw new IllegalStateException("expected a model with weights, found "
                    + (block == null ? "one without a block" : "one that is not initialized")
                    + ": call trainer.initialize(shape) before profiling");
        }
    }

    private static void requireRight(Model model, Set<Precision> precisions) {
        if (!model.getNDManager().getDevice().isGpu()) {
            Arithmetic.requireRight(model.getBlock(), precisions);
        }
    }

    private static void requireBetweenSteps(Trainer trainer) {
        if (trainer.getDevices().length != 1) {
            throw new IllegalArgumentException("expected a trainer on one device, got one on "
                    + Arrays.toString(trainer.getDevices()) + ": call optDevices on its config");
        }
        try (GradientCollector none = Engine.getEngine("PyTorch").newGradientCollector()) {
            // Opened only to see that it can be: DJL has one at a time, for the whole process.
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "expected a trainer between two steps, found a gradient collector that is open: close it, best by"
                            + " try-with-resources, or by Collecting.makeFree() where nothing refers to it any more",
                    e);
        }
    }

    @Override
    public void close() {
        TAKEN.set(false);
    }
}
