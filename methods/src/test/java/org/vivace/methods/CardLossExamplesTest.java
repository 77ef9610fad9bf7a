package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the cards on losses, word for word, run on a tiny network. */
class CardLossExamplesTest {

    private final CardStage stage = CardStage.images();
    private final Model model = stage.model();
    private final DefaultTrainingConfig config = stage.config();
    private final ArrayDataset data = stage.data();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void labelSmoothing() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(new TokenLoss())
                .with(new LabelSmoothing(0.1))
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void labelSmoothingInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new LabelSmoothing(0.1));
        stage.assertTrains(trainer);
    }

    @Test
    void labelSmoothingAlone() {
        NDArray labels = stage.batch().getLabels().head();
        NDArray logits = model.getNDManager().zeros(new Shape(128, 2));
        NDArray loss = LabelSmoothing.loss(labels, logits, 0.1);
        assertThat(loss.getFloat()).isCloseTo((float) Math.log(2), within(1e-6f));
    }
}
