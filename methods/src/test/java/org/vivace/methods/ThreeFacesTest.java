package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;

/** The same seed gives the same weights, whichever way a method is used. */
@Tag("slow")
class ThreeFacesTest {

    private static final Shape INPUT = new Shape(4, 8);
    private static final int BATCHES = 5;

    static Stream<List<EfficiencyMethod>> recipes() {
        return Stream.of(
                List.of(),
                List.of(new ActivationCheckpointing()),
                List.of(MixedPrecision.bf16(), ActivationCheckpointing.every(2)),
                List.of(MixedPrecision.fp16(new LossScale(1L << 30, 2, 0.125, 2)), new FusedAdamW()),
                List.of(new FusedAdamW().withMaxNorm(0.1), SequenceLengthWarmup.over(0.5)),
                List.of(
                        MixedPrecision.bf16(),
                        new FusedAttention(),
                        new LowPrecisionLayerNorm(),
                        new ActivationCheckpointing(),
                        SequenceLengthWarmup.over(0.5),
                        new FusedAdamW()));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void giveTheSameWeights(List<EfficiencyMethod> methods) throws Exception {
        EfficiencyMethod[] recipe = methods.toArray(EfficiencyMethod[]::new);
        int trainer = byTrainer(recipe);
        assertThat(byTraining(recipe)).isEqualTo(trainer);
        assertThat(byRun(recipe)).isEqualTo(trainer);
    }

    @Test
    void giveOtherWeightsForAnotherRecipe() throws Exception {
        assertThat(byTrainer()).isNotEqualTo(byTrainer(new FusedAdamW().withMaxNorm(0.1)));
    }

    private static int byTraining(EfficiencyMethod... recipe) throws Exception {
        try (Model model = model()) {
            Training.of(model)
                    .input(INPUT)
                    .loss(new TokenLoss())
                    .optimizer(rate -> adam())
                    .with(recipe)
                    .seed(3)
                    .epochs(2)
                    .fit(data(model.getNDManager()));
            return weights(model);
        }
    }

    private static int byTrainer(EfficiencyMethod... recipe) throws Exception {
        try (Model model = model();
                Trainer trainer = new EfficientTrainer(
                        model, config(), RunSettings.none().seed(3).steps(2 * BATCHES), recipe)) {
            trainer.initialize(INPUT);
            EasyTrain.fit(trainer, 2, data(model.getNDManager()), null);
            return weights(model);
        }
    }

    private static int byRun(EfficiencyMethod... recipe) throws Exception {
        try (Model model = model();
                Run run = Run.of(
                        model, RunSettings.none().optimizer(adam()).seed(3).steps(2 * BATCHES), recipe);
                Trainer trainer = model.newTrainer(config())) {
            run.seedFor("weights");
            trainer.initialize(INPUT);
            for (int epoch = 0; epoch < 2; epoch++) {
                run.seedFor("data");
                for (Batch batch : trainer.iterateDataset(data(model.getNDManager()))) {
                    Sample sample = new Sample(batch.getData(), batch.getLabels());
                    run.step(sample, trainer::forward, trainer.getLoss(), trainer::step);
                    batch.close();
                }
            }
            return weights(model);
        }
    }

    private static Optimizer adam() {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-2f)).build();
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(new TokenLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(adam());
    }

    private static Model model() {
        Model model = Model.newInstance("tiny", Device.cpu());
        model.setBlock(new Gpt(new Gpt.Settings(16, 8, 4, 2, 8, 0.1)));
        return model;
    }

    private static ArrayDataset data(NDManager manager) {
        NDArray ids =
                manager.arange(BATCHES * 4 * 8).mod(16).reshape(BATCHES * 4, 8).toType(DataType.INT64, false);
        return new ArrayDataset.Builder()
                .setData(ids)
                .optLabels(ids)
                .setSampling(4, true)
                .build();
    }

    private static int weights(Model model) {
        NDList flat = new NDList();
        model.getBlock()
                .getParameters()
                .forEach(pair -> flat.add(pair.getValue().getArray().flatten()));
        return Arrays.hashCode(NDArrays.concat(flat).toFloatArray());
    }
}
