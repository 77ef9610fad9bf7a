package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Copy;
import org.vivace.torch.TensorList;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the cards on how convolutions begin and how shifts learn, word for word, on a tiny network. */
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

    @Test
    void fasterShifts() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(new TokenLoss())
                .with(new FasterShifts(16))
                .optimizer(rate -> Optimizer.sgd()
                        .setLearningRateTracker(rate)
                        .optMomentum(0.9f)
                        .build())
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void fasterShiftsInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new FasterShifts(16));
        stage.assertTrains(trainer);
    }

    @Test
    void fasterShiftsAlone() {
        NDArray beta = model.getNDManager().ones(new Shape(2));
        beta.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(beta.sum());
        }
        List<NDArray> betas = List.of(beta);
        try (TensorList shifts = TensorList.of(betas)) {
            FasterShifts.scale(shifts, 16);
        }
        assertThat(beta.getGradient().toFloatArray()).containsExactly(16, 16);
    }
}
