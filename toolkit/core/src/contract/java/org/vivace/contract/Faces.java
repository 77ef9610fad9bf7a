package org.vivace.contract;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;

/** The three ways to train with methods, each from the same seed over the same data. */
enum Faces {
    TRAINING {
        @Override
        Weights train(SmallModel small, MethodRow row, Runnable eachStep, EfficiencyMethod... recipe) throws Exception {
            return trained(small, row, training -> training.loss(new StepLoss(eachStep)), Weights::of, recipe);
        }
    },
    TRAINER {
        @Override
        Weights train(SmallModel small, MethodRow row, Runnable eachStep, EfficiencyMethod... recipe) throws Exception {
            DefaultTrainingConfig config = config(row, small, eachStep);
            try (Model model = small.open()) {
                try (Trainer trainer = new EfficientTrainer(model, config, settings(), recipe)) {
                    trainer.initialize(small.inputs());
                    EasyTrain.fit(trainer, EPOCHS, small.dataset(model.getNDManager()), null);
                }
                return Weights.of(model);
            }
        }
    },
    BY_HAND {
        @Override
        Weights train(SmallModel small, MethodRow row, Runnable eachStep, EfficiencyMethod... recipe) throws Exception {
            DefaultTrainingConfig config = config(row, small, eachStep);
            try (Model model = small.open()) {
                try (Run run = Run.of(model, settings().optimizer(config.getOptimizer()), recipe);
                        Trainer trainer = model.newTrainer(config)) {
                    run.seedFor("weights");
                    trainer.initialize(small.inputs());
                    for (int epoch = 0; epoch < EPOCHS; epoch++) {
                        run.seedFor("data");
                        for (Batch batch : trainer.iterateDataset(small.dataset(model.getNDManager()))) {
                            Sample sample = new Sample(batch.getData(), batch.getLabels());
                            run.step(sample, trainer::forward, trainer.getLoss(), trainer::step);
                            batch.close();
                        }
                    }
                }
                return Weights.of(model);
            }
        }
    };

    /** The steps of a whole training. */
    static final int STEPS = 8;

    /** The largest distance of two equal trainings on a GPU, relative to the length of the weights. */
    static final double CUDA_ROUNDING = 0.01;

    private static final int EPOCHS = STEPS * SmallModel.BATCH / SmallModel.EXAMPLES;
    private static final long SEED = 7;

    /** The weights after {@link #STEPS} steps. */
    Weights train(SmallModel small, MethodRow row, EfficiencyMethod... recipe) throws Exception {
        return train(small, row, () -> {}, recipe);
    }

    /** @param eachStep called before each evaluation of the loss: once in a step, and in the pre-flight */
    abstract Weights train(SmallModel small, MethodRow row, Runnable eachStep, EfficiencyMethod... recipe)
            throws Exception;

    /** The weights after a {@link Training} with other settings. */
    static Weights trained(
            SmallModel small,
            MethodRow row,
            UnaryOperator<Training> change,
            Function<Model, Weights> weights,
            EfficiencyMethod... recipe)
            throws Exception {
        try (Model model = small.open()) {
            change.apply(training(model, small, row, recipe)).fit(small.dataset(model.getNDManager()));
            return weights.apply(model);
        }
    }

    static Training training(Model model, SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        return Training.of(model)
                .input(small.inputs())
                .loss(new TokenLoss())
                .optimizer(row.optimizer())
                .learningRate(row.rate())
                .with(recipe)
                .seed(SEED)
                .steps(STEPS);
    }

    static RunSettings settings() {
        return RunSettings.none().seed(SEED).steps(STEPS);
    }

    static DefaultTrainingConfig config(MethodRow row, SmallModel small, Runnable eachStep) {
        return config(row.optimizer(), row.rate(), new StepLoss(eachStep)).optDevices(new Device[] {small.device()});
    }

    static DefaultTrainingConfig config(MethodRow row) {
        return config(row, Device.cpu());
    }

    static DefaultTrainingConfig config(MethodRow row, Device device) {
        return config(row.optimizer(), row.rate()).optDevices(new Device[] {device});
    }

    static DefaultTrainingConfig config(Function<Tracker, Optimizer> optimizer, double rate) {
        return config(optimizer, rate, new TokenLoss());
    }

    static DefaultTrainingConfig config(Function<Tracker, Optimizer> optimizer, double rate, Loss loss) {
        return new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer.apply(Tracker.fixed((float) rate)));
    }

    /** {@link TokenLoss} that tells when it is evaluated. */
    private static final class StepLoss extends Loss {

        private final Loss tokens = new TokenLoss();
        private final Runnable each;

        StepLoss(Runnable each) {
            super("TokenLoss");
            this.each = each;
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            each.run();
            return tokens.evaluate(labels, predictions);
        }
    }
}
