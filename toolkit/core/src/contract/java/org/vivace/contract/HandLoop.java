package org.vivace.contract;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;

/** A model that was trained by a {@link Loop}: its weights at the beginning and at the end. */
record HandLoop(Weights start, Weights end) {

    /** Trained with DJL's own trainer. */
    static HandLoop stock(Loop loop, SmallModel small, MethodRow row) {
        return trained(loop, small, row, null, null);
    }

    /** Trained with {@link EfficientTrainer} and the recipe. */
    static HandLoop with(Loop loop, SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        return trained(loop, small, row, RunSettings.none().steps(Loop.STEPS), recipe);
    }

    /** The same with random numbers that depend on a seed and the step, so that dropout is the same. */
    static HandLoop seeded(SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        return trained(
                Loop.PLAIN, small, row, RunSettings.none().steps(Loop.STEPS).seed(5), recipe);
    }

    private static HandLoop trained(
            Loop loop, SmallModel small, MethodRow row, RunSettings settings, EfficiencyMethod[] recipe) {
        DefaultTrainingConfig config = Faces.config(row, small.device());
        HandLoop result;
        try (Model model = small.open()) {
            loop.before(model.getBlock());
            try (Trainer trainer =
                    recipe == null ? model.newTrainer(config) : new EfficientTrainer(model, config, settings, recipe)) {
                Seeds.set(11);
                // A trainer reads the ids when it initializes the weights, and recurrent layers have parameters only
                // then.
                model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, small.inputs());
                UpdateOrder.fix(model.getBlock());
                trainer.initialize(small.inputs());
                Weights start = Weights.of(model);
                for (int step = 0; step < Loop.STEPS; step++) {
                    LateHead.at(step);
                    try (NDManager batch = model.getNDManager().newSubManager()) {
                        loop.step(trainer, small, batch, step);
                    }
                }
                result = new HandLoop(start, Weights.of(model));
            }
        } finally {
            LateHead.at(0);
        }
        return result;
    }

    /** The distance of the other's final weights from these, relative to the distance that these have moved. */
    double deviation(Weights other) {
        return end.distance(other) / start.distance(end);
    }
}
