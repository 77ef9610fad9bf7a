package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Copy;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the card on how convolutions begin, word for word, run on a tiny network. */
class CardStartExamplesTest {

    private final CardStage stage = CardStage.images();
    private final Model model = stage.model();
    private final DefaultTrainingConfig config = stage.config();
    private final ArrayDataset data = stage.data();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void identityStart() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(new TokenLoss())
                .with(new IdentityStart())
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void identityStartInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new IdentityStart());
        stage.assertTrains(trainer);
    }

    @Test
    void identityStartAlone() {
        NDArray weight = model.getNDManager().zeros(new Shape(2, 2, 1, 1));
        NDArray begin = IdentityStart.identity(weight);
        Copy.into(weight, begin);
        assertThat(weight.toFloatArray()).containsExactly(1, 0, 0, 1);
    }
}
