package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the card on growing images, word for word, run on a tiny network. */
class CardResizingExamplesTest {

    private final CardStage stage = CardStage.images();
    private final Model model = stage.model();
    private final DefaultTrainingConfig config = stage.config();
    private final ArrayDataset data = stage.data();
    private final Batch batch = stage.batch();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void progressiveResizing() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(new TokenLoss())
                .with(new ProgressiveResizing())
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void progressiveResizingInATrainer() {
        RunSettings settings = RunSettings.none().steps(1000);
        Trainer trainer = new EfficientTrainer(model, config, settings, new ProgressiveResizing(0.5, 0.5, 0.2));
        stage.assertTrains(trainer);
    }

    @Test
    void progressiveResizingAlone() {
        int step = 650;
        NDList data = batch.getData();
        NDList labels = batch.getLabels();
        long side = new ProgressiveResizing().sideAt(step / 1000.0, 32);
        Sample small = ProgressiveResizing.resize(new Sample(data, labels), side, side);
        assertThat(small.data().head().getShape()).isEqualTo(new Shape(128, 3, 24, 24));
        assertThat(small.labels()).isEqualTo(labels);
    }
}
