package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Patches;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the card on whitened patches, word for word, run on a tiny network. */
class CardWhiteningExamplesTest {

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
    void patchWhitening() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(new TokenLoss())
                .with(new PatchWhitening())
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void patchWhiteningInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new PatchWhitening());
        stage.assertTrains(trainer);
    }

    @Test
    void patchWhiteningAlone() {
        NDArray images = batch.getData().head();
        NDArray coordinates = model.getNDManager().randomNormal(new Shape(4, 3, 3, 3));
        NDArray filters = PatchWhitening.filters(images, new Shape(3, 3), 0.01);
        NDArray kernels = Patches.combine(coordinates, filters);
        assertThat(filters.getShape()).isEqualTo(new Shape(27, 27));
        assertThat(kernels.getShape()).isEqualTo(coordinates.getShape());
    }
}
