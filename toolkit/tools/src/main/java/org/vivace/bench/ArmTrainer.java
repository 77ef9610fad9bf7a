package org.vivace.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

/**
 * The trainer of an arm and its model, ready to step. Arms of a workload with the same seed start from the same
 * weights; stock DJL and a recipe differ in the trainer alone.
 */
final class ArmTrainer implements AutoCloseable {

    private static final int BATCHES = 4;
    private static final long SEED = 7;

    private final Workload workload;
    private final StepDriver driver;
    private final long seed;
    private final List<Batches.Kept> batches = new ArrayList<>();
    private double progress;
    private int steps;

    /** The learning rate by progress through the run, in [0, 1]. */
    @FunctionalInterface
    interface Rate {
        double at(double progress);
    }

    private ArmTrainer(Workload workload, Device device, Arm arm, Rate rate, long seed) {
        this.workload = workload;
        this.seed = seed;
        driver = new StepDriver(
                workload.name(),
                device,
                workload.newBlock(),
                workload.inputs().toArray(Shape[]::new),
                workload.loss(),
                workload.optimizer(update -> (float) rate.at(progress)),
                arm.recipe(),
                RunSettings.none().progress(() -> progress),
                seed);
    }

    /** At the workload's learning rate, holding a few batches for {@link #step()}. */
    static ArmTrainer withBatches(Workload workload, Device device, Arm arm) {
        return new ArmTrainer(workload, device, arm, progress -> workload.learningRate(), SEED).keepingBatches();
    }

    /** For {@link #step(NDList, NDList)} on the caller's batches. */
    static ArmTrainer of(Workload workload, Device device, Arm arm, Rate rate, long seed) {
        return new ArmTrainer(workload, device, arm, rate, seed);
    }

    /** The run with the methods; empty for stock DJL. */
    Optional<Run> run() {
        return trainer() instanceof EfficientTrainer efficient ? Optional.of(efficient.run()) : Optional.empty();
    }

    /** Sets the progress through the run of the following steps, in [0, 1], for methods that follow a schedule. */
    ArmTrainer at(double share) {
        progress = share;
        return this;
    }

    /** One training step; see {@link StepDriver#step}. */
    double step(NDList data, NDList labels) {
        return driver.step(data, labels);
    }

    /** A step on one of the held batches, so that it includes no loading. */
    double step() {
        int turn = steps++ % BATCHES;
        try (NDManager batch = trainer().getManager().newSubManager()) {
            NDList data = new NDList(batches.get(turn).data());
            NDList labels = new NDList(batches.get(turn).labels());
            // Arrays that DJL computes are attached to their batch and freed with it; these batches are used again.
            batch.tempAttachAll(data, labels);
            return step(data, labels);
        }
    }

    Trainer trainer() {
        return driver.trainer();
    }

    private ArmTrainer keepingBatches() {
        try {
            keepBatches();
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void keepBatches() {
        Seeds.set(Seeds.derive(seed, "data", 0));
        while (batches.size() < BATCHES) {
            int before = batches.size();
            for (Batch batch : Batches.of(workload, workload.train(), trainer().getManager())) {
                batches.add(Batches.kept(batch, trainer().getManager()));
                if (batches.size() == BATCHES) {
                    return;
                }
            }
            if (batches.size() == before) {
                throw Batches.none(workload);
            }
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
