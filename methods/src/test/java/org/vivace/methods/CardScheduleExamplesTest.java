package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the cards on steps and updates, word for word, run on a tiny decoder. */
@Tag("slow")
class CardScheduleExamplesTest {

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
    void fusedAdamW() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(new FusedAdamW())
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void fusedAdamWWithClippingAndDecay() {
        FusedAdamW method =
                new FusedAdamW().withMaxNorm(1.0).withWeightDecay(0.1).withoutDecayOnNormsAndBiases();
        stage.assertTrains(method);
    }

    @Test
    void fusedAdamWInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new FusedAdamW());
        stage.assertTrains(trainer);
    }

    @Test
    void fusedAdamWInARun() {
        Trainer trainer = model.newTrainer(config);
        trainer.initialize(stage.input());
        Run run = Run.of(model, RunSettings.none().optimizer(config.getOptimizer()), new FusedAdamW());
        run.step(new Sample(batch.getData(), batch.getLabels()), trainer::forward, loss, trainer::step);
        CardStage.assertStepped(run, trainer);
    }

    @Test
    void sequenceLengthWarmup() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(SequenceLengthWarmup.over(0.3))
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void sequenceLengthWarmupOverAShareOfTheRun() {
        RunSettings settings = RunSettings.none().steps(1000);
        Trainer trainer = new EfficientTrainer(model, config, settings, SequenceLengthWarmup.over(0.3));
        stage.assertTrains(trainer);
    }

    @Test
    void sequenceLengthWarmupOverSomeSteps() {
        Trainer trainer = new EfficientTrainer(model, config, SequenceLengthWarmup.steps(300));
        stage.assertTrains(trainer);
    }

    @Test
    void sequenceLengthWarmupAlone() {
        int step = 150;
        NDList data = batch.getData();
        NDList labels = batch.getLabels();
        long length = SequenceLengthWarmup.over(0.3).lengthAt(step / 300.0, 256);
        Sample cut = SequenceLengthWarmup.truncate(new Sample(data, labels), length);
        assertThat(cut.labels().head().getShape()).isEqualTo(new Shape(16, 128));
    }
}
