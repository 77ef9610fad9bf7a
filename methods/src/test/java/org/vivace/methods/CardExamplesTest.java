package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
import org.vivace.torch.Precision;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the cards on a decoder, word for word, run on a tiny one. */
@Tag("slow")
class CardExamplesTest {

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
    void mixedPrecision() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(MixedPrecision.bf16())
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void mixedPrecisionInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, MixedPrecision.bf16());
        stage.assertTrains(trainer);
    }

    @Test
    void mixedPrecisionAroundAForwardPass() {
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(stage.input());
            NDList predictions =
                    MixedPrecision.autocast(Device.cpu(), Precision.BFLOAT16, () -> trainer.forward(batch.getData()));
            assertThat(predictions.head().getDataType()).isEqualTo(DataType.FLOAT32);
        }
    }

    @Test
    void activationCheckpointing() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(new ActivationCheckpointing())
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void activationCheckpointingOfSomeLayers() {
        stage.assertTrains(ActivationCheckpointing.every(2));
        stage.assertTrains(ActivationCheckpointing.named("DecoderLayer"));
    }

    @Test
    void activationCheckpointingInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new ActivationCheckpointing());
        stage.assertTrains(trainer);
    }

    @Test
    void activationCheckpointingInARun() {
        Run run = Run.of(model, RunSettings.none(), new ActivationCheckpointing());
        Trainer trainer = model.newTrainer(config);
        trainer.initialize(new Shape(16, 256));
        run.step(new Sample(batch.getData(), batch.getLabels()), trainer::forward, loss, trainer::step);
        CardStage.assertStepped(run, trainer);
    }

    @Test
    void lowPrecisionLayerNorm() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(MixedPrecision.bf16(), new LowPrecisionLayerNorm())
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void lowPrecisionLayerNormInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, MixedPrecision.bf16(), new LowPrecisionLayerNorm());
        stage.assertTrains(trainer);
    }

    @Test
    void lowPrecisionLayerNormAlone() {
        NDManager manager = model.getNDManager();
        NDArray x = manager.create(new float[] {1, 3}, new Shape(1, 2));
        NDArray gamma = manager.ones(new Shape(2));
        NDArray beta = manager.zeros(new Shape(2));
        NDArray normal = LowPrecisionLayerNorm.normalize(x, gamma, beta, 1e-5);
        assertThat(normal.toFloatArray()[1]).isBetween(0.999f, 1f);
    }

    @Test
    void fusedAttention() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(16, 256))
                .loss(new TokenLoss())
                .with(MixedPrecision.bf16(), new FusedAttention())
                .learningRate(1e-3)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void fusedAttentionInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new FusedAttention());
        stage.assertTrains(trainer);
    }

    @Test
    void fusedAttentionAlone() {
        boolean training = false;
        NDManager manager = model.getNDManager();
        NDArray queries = manager.ones(new Shape(1, 2, 3, 4));
        NDArray keys = manager.ones(new Shape(1, 2, 3, 4));
        NDArray values = manager.arange(24f).reshape(1, 2, 3, 4);
        NDArray mixed = FusedAttention.attend(queries, keys, values, training ? 0.1 : 0);
        assertThat(mixed.toFloatArray()).startsWith(0, 1, 2, 3, 2, 3, 4, 5);
    }
}
