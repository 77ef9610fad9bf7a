package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GptTrainingTest extends ModelTest {

    private static final Gpt.Settings SMALL = new Gpt.Settings(256, 32, 2, 2, 16, 0.0);

    @Test
    void gradientsMatchFiniteDifferences() {
        Gpt gpt = new Gpt(new Gpt.Settings(7, 8, 1, 2, 5, 0.0));
        NDList ids = new NDList(manager.create(new long[] {1, 2, 3, 4, 5, 6, 0, 1, 2, 3}, new Shape(2, 5)));
        NDList labels = new NDList(manager.create(new long[] {2, 3, 4, 5, 6, 0, 1, 2, 3, 4}, new Shape(2, 5)));
        assertGradientsMatchFiniteDifferences(gpt, ids, labels, 3);
    }

    @Test
    void lossStartsAtTheLogOfTheVocabularyAndFalls() {
        try (Model model = Model.newInstance("gpt");
                Trainer trainer = trainer(model, SMALL)) {
            float[] losses = new float[20];
            for (int step = 0; step < losses.length; step++) {
                losses[step] = step(trainer);
            }
            assertThat((double) losses[0]).isCloseTo(Math.log(256), within(0.1));
            assertThat(losses[19]).isLessThan(losses[0] - 1);
        }
    }

    @Test
    void stepsLeaveNoArrayBehind() {
        try (Model model = Model.newInstance("gpt");
                Trainer trainer = trainer(model, SMALL.withDropout(0.1))) {
            assertStepsLeaveNoArrayBehind(model, trainer, step -> step(trainer));
        }
    }

    @Test
    void dropoutActsInTrainingOnly() {
        try (Model model = Model.newInstance("gpt");
                Trainer trainer = trainer(model, SMALL.withDropout(0.1));
                NDManager batch = trainer.getManager().newSubManager()) {
            NDList ids = new NDList(text(batch, 1).get(":, :-1"));
            assertThat(trainer.forward(ids).singletonOrThrow())
                    .isNotEqualTo(trainer.forward(ids).singletonOrThrow());
            assertThat(trainer.evaluate(ids).singletonOrThrow())
                    .isEqualTo(trainer.evaluate(ids).singletonOrThrow());
        }
    }

    @Test
    void easyTrainAndItsListenersRunUnchanged() throws Exception {
        try (Model model = Model.newInstance("gpt");
                Trainer trainer = trainer(model, SMALL)) {
            NDArray text = text(trainer.getManager(), 1);
            ArrayDataset data = new ArrayDataset.Builder()
                    .setData(text.get(":, :-1"))
                    .optLabels(text.get(":, 1:"))
                    .setSampling(2, false)
                    .build();
            float first = Float.NaN;
            for (Batch batch : trainer.iterateDataset(data)) {
                EasyTrain.trainBatch(trainer, batch);
                trainer.step();
                batch.close();
                first = Float.isNaN(first)
                        ? trainer.getLoss().getAccumulator(EvaluatorTrainingListener.TRAIN_ALL)
                        : first;
            }
            EasyTrain.fit(trainer, 5, data, null);
            assertThat(trainer.getTrainingResult().getTrainLoss()).isLessThan(first);
        }
    }

    @Test
    void configurationsInitializerReplacesTheModels() {
        try (Model model = Model.newInstance("gpt")) {
            model.setBlock(new Gpt(SMALL));
            var config = new DefaultTrainingConfig(new TokenLoss())
                    .optInitializer(new NormalInitializer(0.5f), Parameter.Type.WEIGHT);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 16));
                NDArray tokens = model.getBlock().getParameters().valueAt(0).getArray();
                assertThat((double) tokens.square().mean().getFloat()).isCloseTo(0.25, within(0.02));
            }
        }
    }

    private static Trainer trainer(Model model, Gpt.Settings settings) {
        model.setBlock(new Gpt(settings));
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(new TokenLoss())
                .optOptimizer(Adam.builder()
                        .optLearningRateTracker(Tracker.fixed(0.01f))
                        .build())
                .addTrainingListeners(new EvaluatorTrainingListener()));
        trainer.initialize(new Shape(4, settings.maxContext()));
        return trainer;
    }

    private static float step(Trainer trainer) {
        float value;
        try (NDManager batch = trainer.getManager().newSubManager()) {
            NDArray text = text(batch, 1);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList labels = new NDList(text.get(":, 1:"));
                NDArray loss = trainer.getLoss().evaluate(labels, trainer.forward(new NDList(text.get(":, :-1"))));
                collector.backward(loss);
                value = loss.getFloat();
            }
            trainer.step();
        }
        return value;
    }

    private static NDArray text(NDManager manager, long seed) {
        return manager.create(new Random(seed).longs(4 * 17, 97, 103).toArray(), new Shape(4, 17));
    }
}
