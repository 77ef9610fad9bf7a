package org.vivace.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjDoubleConsumer;
import org.vivace.measure.Trial;
import org.vivace.torch.Seeds;
import org.vivace.train.Schedule;

/**
 * Trains a workload from a seed for a given number of steps, in which the learning rate rises over the first tenth and
 * then falls along half a cosine to zero, and evaluates ten times: at every eighth of the run, and twice as often over
 * the last quarter, where the falling rate matters most.
 *
 * <p>The clock runs while batches are loaded and steps are done, the first one and its one-time costs included, and is
 * paused while the model is evaluated. The same seed gives every recipe the same weights and batches.
 *
 * @param learningRate the peak
 * @param onStep receives the step's number, from 1, and its loss
 */
record TrialRunner(Workload workload, Device device, double learningRate, ObjDoubleConsumer<Long> onStep) {

    static final Schedule SCHEDULE = Schedule.warmupCosine(0.1, 0);

    private static final double[] EVALUATE_AT = {0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.8125, 0.875, 0.9375, 1};

    /**
     * Trains with an arm.
     *
     * @return empty if the thread was interrupted; the interrupt flag stays set
     * @throws TrialDivergedException if the loss is not finite
     */
    Optional<Trial> train(Arm side, long seed, long steps) {
        try (ArmTrainer arm = ArmTrainer.of(workload, device, side, this::rate, seed)) {
            return new Training(arm, seed, steps).run();
        }
    }

    /** @throws IllegalStateException if there is no held-out data */
    static Dataset heldOut(Workload workload) {
        return workload.validation()
                .orElseThrow(() -> new IllegalStateException("expected held-out data of " + workload.name()
                        + " to evaluate a training on, got none: give it some with validation(dataset)"));
    }

    private double rate(double progress) {
        return learningRate * SCHEDULE.at(progress);
    }

    /** The steps, counted from 1, after which a run of this length is evaluated. */
    static List<Long> evaluatedAfter(long steps) {
        List<Long> after = new ArrayList<>();
        for (double share : EVALUATE_AT) {
            long step = Math.max(1, Math.round(share * steps));
            if (after.isEmpty() || after.get(after.size() - 1) < step) {
                after.add(step);
            }
        }
        return after;
    }

    /** One training in progress. */
    private final class Training {

        private final ArmTrainer arm;
        private final long seed;
        private final long steps;
        private final List<Long> evaluatedAfter;
        private final List<Double> seconds = new ArrayList<>();
        private final List<Double> losses = new ArrayList<>();
        private final List<Double> qualities = new ArrayList<>();
        private long nanos;

        Training(ArmTrainer arm, long seed, long steps) {
            this.arm = arm;
            this.seed = seed;
            this.steps = steps;
            this.evaluatedAfter = evaluatedAfter(steps);
        }

        Optional<Trial> run() {
            long step = 0;
            while (step < steps) {
                Seeds.set(Seeds.derive(seed, "data", step));
                long begin = System.nanoTime();
                Iterator<Batch> epoch = Batches.of(
                                workload, workload.train(), arm.trainer().getManager())
                        .iterator();
                nanos += System.nanoTime() - begin;
                if (!epoch.hasNext()) {
                    throw Batches.none(workload);
                }
                while (step < steps && epoch.hasNext()) {
                    if (Thread.currentThread().isInterrupted()) {
                        return Optional.empty();
                    }
                    step(epoch, step++);
                    if (evaluatedAfter.contains(step)) {
                        evaluate();
                    }
                }
            }
            return Optional.of(new Trial(seed, steps, nanos / 1e9, seconds, losses, qualities));
        }

        private void step(Iterator<Batch> epoch, long step) {
            arm.at((double) step / steps);
            long begin = System.nanoTime();
            double loss;
            try (Batch batch = epoch.next()) {
                loss = arm.step(batch.getData(), batch.getLabels());
            }
            nanos += System.nanoTime() - begin;
            if (!Double.isFinite(loss)) {
                throw new TrialDivergedException(learningRate, step + 1, loss);
            }
            onStep.accept(step + 1, loss);
        }

        private void evaluate() {
            Trainer trainer = arm.trainer();
            double loss = 0;
            double quality = 0;
            long examples = 0;
            for (Batch batch : Batches.of(workload, heldOut(workload), trainer.getManager())) {
                try (batch) {
                    NDList predictions = trainer.evaluate(batch.getData());
                    long size = batch.getSize();
                    double mean = workload.loss()
                            .evaluate(batch.getLabels(), predictions)
                            .getFloat();
                    loss += mean * size;
                    quality += workload.quality(batch.getLabels(), predictions, mean) * size;
                    examples += size;
                }
            }
            if (examples == 0) {
                throw Batches.none(workload);
            }
            seconds.add(nanos / 1e9);
            losses.add(loss / examples);
            qualities.add(quality / examples);
        }
    }
}
