package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.TrainingRecord;

/**
 * What the examples of the cards take for granted: a tiny model of the shapes they speak of, two batches of data for it,
 * and a training configuration.
 */
record CardStage(Model model, DefaultTrainingConfig config, ArrayDataset data, Batch batch, Shape input)
        implements AutoCloseable {

    /** Ids (16, 256) that are their own labels. */
    static CardStage decoder() {
        Model model = model(new Gpt(new Gpt.Settings(8, 8, 2, 2, 256, 0.1)));
        NDArray ids = model.getNDManager().arange(32 * 256).mod(8).reshape(32, 256);
        NDArray whole = ids.toType(DataType.INT64, false);
        return of(model, Optimizer.adam().build(), whole, whole, 16);
    }

    /** Images (128, 3, 32, 32), all of class 1 of 2. */
    static CardStage images() {
        Model model = model(new ResNet9(new ResNet9.Settings(2, 2, 3)));
        NDManager manager = model.getNDManager();
        NDArray images = manager.randomUniform(-1, 1, new Shape(256, 3, 32, 32));
        return of(model, TestRuns.sgd(0.9), images, manager.ones(new Shape(256)), 128);
    }

    private static Model model(Block block) {
        Model model = Model.newInstance("tiny", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    private static CardStage of(Model model, Optimizer optimizer, NDArray images, NDArray labels, int size) {
        DefaultTrainingConfig config = new DefaultTrainingConfig(new TokenLoss())
                .optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()});
        ArrayDataset data = new ArrayDataset.Builder()
                .setData(images)
                .optLabels(labels)
                .setSampling(size, false)
                .build();
        try {
            Batch batch = data.getData(model.getNDManager().newSubManager())
                    .iterator()
                    .next();
            return new CardStage(
                    model, config, data, batch, batch.getData().head().getShape());
        } catch (IOException | TranslateException e) {
            throw new IllegalStateException("expected data in memory to give a batch", e);
        }
    }

    /** Takes one step with a trainer made by the example, and closes it. */
    void assertTrains(Trainer made) {
        try (Trainer trainer = made) {
            trainer.initialize(input);
            float[] before = TestRuns.weights(model);
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            assertThat(TestRuns.weights(model)).isNotEqualTo(before).doesNotContain(Float.NaN);
        }
    }

    void assertTrains(EfficiencyMethod method) {
        assertTrains(new EfficientTrainer(model, config, method));
    }

    /** Ends what an example of a loop has begun. */
    static void assertStepped(Run made, Trainer beside) {
        try (Run run = made;
                Trainer trainer = beside) {
            assertThat(run.step()).isEqualTo(1);
            assertThat(TestRuns.weights(trainer.getModel())).doesNotContain(Float.NaN);
        }
    }

    static void assertLearnt(TrainingRecord record) {
        List<TrainingRecord.Point> curve = record.curve();
        assertThat(curve).hasSize(6);
        assertThat(curve.get(5).loss()).isLessThan(curve.get(0).loss());
    }

    @Override
    public void close() {
        model.close();
    }
}
