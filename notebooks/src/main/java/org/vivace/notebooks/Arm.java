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
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

/**
 * One side of a comparison: a trainer with a model and batches of its own, ready to step. Every arm of a workload starts
 * from the same weights and sees the same batches; plain DJL's and a recipe's differ in the trainer alone.
 */
final class Arm implements AutoCloseable {

    private static final int BATCHES = 4;
    private static final int SEED = 7;

    private final Workload workload;
    private final Model model;
    private final Trainer trainer;
    private final List<NDList> data = new ArrayList<>();
    private final List<NDList> labels = new ArrayList<>();
    private double progress;
    private int steps;

    private Arm(Workload workload, Device device, Function<Arm, Trainer> newTrainer) {
        this.workload = workload;
        model = Model.newInstance(workload.name(), device, "PyTorch");
        model.setBlock(workload.newBlock());
        try {
            trainer = newTrainer.apply(this);
            Seeds.set(SEED);
            trainer.initialize(workload.input());
            keepBatches();
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Stock DJL: {@code model.newTrainer}, without the listener that reads every loss once more. */
    static Arm plain(Workload workload, Device device) {
        return new Arm(workload, device, arm -> arm.model.newTrainer(arm.config()));
    }

    /** The same with methods. */
    static Arm with(Workload workload, Device device, List<EfficiencyMethod> methods) {
        return new Arm(
                workload,
                device,
                arm -> new EfficientTrainer(
                        arm.model,
                        arm.config(),
                        RunSettings.none().progress(() -> arm.progress),
                        methods.toArray(EfficiencyMethod[]::new)));
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
    double step() {
        int turn = steps++ % BATCHES;
        try (NDManager batch = trainer.getManager().newSubManager()) {
            NDList seen = new NDList(data.get(turn));
            NDList wanted = new NDList(labels.get(turn));
            // What DJL computes belongs to its batch and is freed with it; these batches are needed again.
            batch.tempAttachAll(seen, wanted);
            NDArray loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList predictions = trainer.forward(seen, wanted);
                loss = trainer.getLoss().evaluate(wanted, predictions);
                collector.backward(loss);
            }
            trainer.step();
            return loss.getFloat();
        }
    }

    private DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(workload.loss())
                .optDevices(new Device[] {model.getNDManager().getDevice()})
                .optOptimizer(workload.optimizer(Tracker.fixed((float) workload.learningRate())));
    }

    private void keepBatches() {
        Seeds.set(SEED);
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
