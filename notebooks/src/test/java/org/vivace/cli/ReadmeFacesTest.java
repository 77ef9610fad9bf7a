package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.MixedPrecision;
import org.vivace.methods.SequenceLengthWarmup;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** The README's ways into a loop that exists: each brings a line's two weights near those of the data. */
class ReadmeFacesTest {

    private final Optimizer adam =
            Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.05f)).build();
    private final Loss loss = Loss.l2Loss();
    private final DefaultTrainingConfig config = new DefaultTrainingConfig(loss)
            .optDevices(new Device[] {Device.cpu()})
            .optOptimizer(adam);
    private final Model model = Model.newInstance("line", Device.cpu());

    @BeforeEach
    void setBlock() {
        model.setBlock(Linear.builder().setUnits(1).build());
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void djlDrives() throws Exception {
        ArrayDataset train = line();
        ArrayDataset test = line();
        try (Trainer trainer = new EfficientTrainer(model, config, MixedPrecision.bf16(), new FusedAdamW())) {
            trainer.initialize(new Shape(32, 2));
            EasyTrain.fit(trainer, 3, train, test);
        }
        assertLearnt();
    }

    @Test
    void youDrive() throws Exception {
        ArrayDataset data = line();
        try (Run run = Run.of(model, RunSettings.none().optimizer(adam), MixedPrecision.bf16(), new FusedAdamW());
                Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(32, 2));
            for (Batch batch : trainer.iterateDataset(data)) {
                run.step(new Sample(batch.getData(), batch.getLabels()), trainer::forward, loss, trainer::step);
                batch.close();
            }
        }
        assertLearnt();
    }

    @Test
    void onlyTheArithmetic() {
        NDManager manager = model.getNDManager();
        Sample sample =
                new Sample(new NDList(manager.zeros(new Shape(2, 128))), new NDList(manager.zeros(new Shape(2, 128))));
        Sample shorter = SequenceLengthWarmup.truncate(sample, 64);
        assertThat(shorter.data().head().getShape()).isEqualTo(new Shape(2, 64));
        assertThat(shorter.labels().head().getShape()).isEqualTo(new Shape(2, 64));
    }

    private void assertLearnt() {
        float[] weights =
                model.getBlock().getParameters().get(0).getValue().getArray().toFloatArray();
        assertThat(weights[0]).isBetween(0.8f, 1.2f);
        assertThat(weights[1]).isBetween(-0.7f, -0.3f);
    }

    /** 6400 points with their values x - y / 2. */
    private ArrayDataset line() {
        NDArray points = model.getNDManager().randomUniform(-1, 1, new Shape(6400, 2));
        NDArray values = points.matMul(model.getNDManager().create(new float[] {1, -0.5f}, new Shape(2, 1)));
        return new ArrayDataset.Builder()
                .setData(points)
                .optLabels(values)
                .setSampling(32, false)
                .build();
    }
}
