package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of Muon's card, word for word, run on a tiny decoder. */
class CardMuonExamplesTest {

    private final CardStage stage = CardStage.decoder();
    private final Model model = stage.model();
    private final DefaultTrainingConfig config = stage.config();
    private final Loss loss = config.getLossFunction();
    private final ArrayDataset data = stage.data();
    private final Batch batch = stage.batch();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void inACell() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(new Muon())
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void withSettings() {
        Muon method = Muon.of(2).withMomentum(0.9).withWeightDecay(0.1).withoutDecayOnNormsAndBiases();
        stage.assertTrains(method);
    }

    @Test
    void inATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new Muon());
        stage.assertTrains(trainer);
    }

    @Test
    void inARun() {
        Trainer trainer = model.newTrainer(config);
        trainer.initialize(stage.input());
        Run run = Run.of(model, RunSettings.none().optimizer(config.getOptimizer()), new Muon());
        run.step(new Sample(batch.getData(), batch.getLabels()), trainer::forward, loss, trainer::step);
        CardStage.assertStepped(run, trainer);
    }

    @Test
    void alone() {
        NDArray momentum = model.getNDManager().create(new float[] {3, 0, 0, 4}, new Shape(2, 2));
        NDArray direction = Muon.orthogonalize(momentum, 5);
        assertThat(direction.getFloat(0, 0)).isBetween(0.6f, 1.2f);
        assertThat(direction.getFloat(0, 1)).isBetween(-0.05f, 0.05f);
    }
}
