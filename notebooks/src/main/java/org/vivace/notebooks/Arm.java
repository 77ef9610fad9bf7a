package org.vivace.notebooks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.Collecting;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

/**
 * One side of a comparison: a trainer with a model of its own, ready to step. Every arm of a workload starts from the
 * same weights where it has the same seed; plain DJL's and a recipe's differ in the trainer alone.
 */
final class Arm implements AutoCloseable {

    private static final int BATCHES = 4;
    private static final long SEED = 7;

    private final Workload workload;
    private final Model model;
    private final Trainer trainer;
    private final Rate rate;
    private final long seed;
    private final List<NDList> data = new ArrayList<>();
    private final List<NDList> labels = new ArrayList<>();
    private double progress;
    private int steps;

    /** The learning rate at a share of the run. */
    @FunctionalInterface
    interface Rate {
        double at(double progress);
    }

    private Arm(Workload workload, Device device, Rate rate, long seed, Function<Arm, Trainer> newTrainer) {
        this.workload = workload;
        this.rate = rate;
        this.seed = seed;
        model = Model.newInstance(workload.name(), device, "PyTorch");
        model.setBlock(workload.newBlock());
        try {
            trainer = newTrainer.apply(this);
            Seeds.set(Seeds.derive(seed, "weights", 0));
            trainer.initialize(workload.input());
            if (!device.isGpu()) {
                Arithmetic.requireRight(model.getBlock(), EfficientTrainer.precisions(trainer));
            }
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Stock DJL: {@code model.newTrainer}, without the listener that reads every loss once more. It keeps a few batches
     * to {@link #step()} on.
     */
    static Arm plain(Workload workload, Device device) {
        return plain(workload, device, constant(workload), SEED).withBatches();
    }

    /** Stock DJL, to {@link #step(NDList, NDList)} on batches of the caller's. */
    static Arm plain(Workload workload, Device device, Rate rate, long seed) {
        return new Arm(workload, device, rate, seed, arm -> arm.model.newTrainer(arm.config()));
    }

    /** The same with methods. */
    static Arm with(Workload workload, Device device, List<EfficiencyMethod> methods) {
        return with(workload, device, methods, constant(workload), SEED).withBatches();
    }

    static Arm with(Workload workload, Device device, List<EfficiencyMethod> methods, Rate rate, long seed) {
        return new Arm(
                workload,
                device,
                rate,
                seed,
                arm -> new EfficientTrainer(
                        arm.model,
                        arm.config(),
                        RunSettings.none().progress(() -> arm.progress),
                        methods.toArray(EfficiencyMethod[]::new)));
    }

    private static Rate constant(Workload workload) {
        return progress -> workload.learningRate();
    }

    /** The run that carries the methods, where there are any. */
    Optional<Run> run() {
        return trainer instanceof EfficientTrainer efficient ? Optional.of(efficient.run()) : Optional.empty();
    }

    /** Where in the run the steps to come are, in [0, 1], for methods that follow a schedule. */
    Arm at(double share) {
        progress = share;
        return this;
    }

    /**
     * One training step in the pieces of DJL's own loop: forward, loss, backward, update. The loss is read, as every
     * training does that shows one; on a GPU that waits for the device.
     */
    double step(NDList seen, NDList wanted) {
        NDArray loss;
        try (GradientCollector collector = collector()) {
            NDList predictions = trainer.forward(seen, wanted);
            loss = trainer.getLoss().evaluate(wanted, predictions);
            collector.backward(loss);
        }
        trainer.step();
        return loss.getFloat();
    }

    /** The other trainers see to it themselves that what failed before keeps none open. */
    private GradientCollector collector() {
        return trainer instanceof EfficientTrainer
                ? trainer.newGradientCollector()
                : Collecting.open(trainer::newGradientCollector);
    }

    /** A step on one of a few batches that are kept, so that no loading is in it. */
    double step() {
        int turn = steps++ % BATCHES;
        try (NDManager batch = trainer.getManager().newSubManager()) {
            NDList seen = new NDList(data.get(turn));
            NDList wanted = new NDList(labels.get(turn));
            // What DJL computes belongs to its batch and is freed with it; these batches are needed again.
            batch.tempAttachAll(seen, wanted);
            return step(seen, wanted);
        }
    }

    Trainer trainer() {
        return trainer;
    }

    private DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(workload.loss())
                .optDevices(new Device[] {model.getNDManager().getDevice()})
                .optOptimizer(workload.optimizer(update -> (float) rate.at(progress)));
    }

    private Arm withBatches() {
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
        while (data.size() < BATCHES) {
            Iterator<Batch> epoch =
                    workload.train().from(trainer.getManager(), 0).iterator();
            while (data.size() < BATCHES && epoch.hasNext()) {
                Batch batch = epoch.next();
                data.add(batch.getData());
                labels.add(batch.getLabels());
            }
        }
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
