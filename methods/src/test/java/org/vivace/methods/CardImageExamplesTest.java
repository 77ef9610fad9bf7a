package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** The examples of the cards on images, word for word, run on a tiny network. */
class CardImageExamplesTest {

    private final CardStage stage = CardStage.images();
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
    void fusedSgd() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(Loss.softmaxCrossEntropyLoss())
                .optimizer(rate -> Optimizer.sgd()
                        .setLearningRateTracker(rate)
                        .optMomentum(0.9f)
                        .build())
                .with(new FusedSgd())
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void fusedSgdWithDecay() {
        FusedSgd method = new FusedSgd().withWeightDecay(5e-4).withoutDecayOnNormsAndBiases();
        stage.assertTrains(method);
    }

    @Test
    void fusedSgdInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new FusedSgd());
        stage.assertTrains(trainer);
    }

    @Test
    void fusedSgdInARun() {
        Trainer trainer = model.newTrainer(config);
        trainer.initialize(stage.input());
        Run run = Run.of(model, RunSettings.none().optimizer(config.getOptimizer()), new FusedSgd());
        run.step(new Sample(batch.getData(), batch.getLabels()), trainer::forward, loss, trainer::step);
        CardStage.assertStepped(run, trainer);
    }

    @Test
    void channelsLast() throws Exception {
        TrainingRecord record = Training.of(model)
                .input(new Shape(128, 3, 32, 32))
                .loss(new TokenLoss())
                .with(MixedPrecision.bf16(), new ChannelsLast())
                .learningRate(0.1)
                .epochs(3)
                .fit(data);
        CardStage.assertLearnt(record);
    }

    @Test
    void channelsLastInATrainer() {
        Trainer trainer = new EfficientTrainer(model, config, new ChannelsLast());
        stage.assertTrains(trainer);
    }

    @Test
    void channelsLastAlone() {
        NDArray weight = model.getNDManager().ones(new Shape(4, 3, 3, 3));
        MemoryFormat.CHANNELS_LAST.applyTo(weight);
        NDList data = ChannelsLast.layOut(batch.getData());
        assertThat(MemoryFormat.CHANNELS_LAST.holds(weight)).isTrue();
        assertThat(MemoryFormat.CHANNELS_LAST.holds(data.head())).isTrue();
    }
}
