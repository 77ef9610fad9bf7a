package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.listener.EpochTrainingListener;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Seeds;

/** A run without methods is stock DJL, bit for bit, with its listeners and metrics. */
class StockEqualityTest {

    private static final Tracker FALLING = update -> 0.02f / (1 + update);

    /** A model with its loss, the shape of its input and its data. */
    private record Case(
            Supplier<Block> block, Loss loss, Shape input, BiFunction<NDManager, Boolean, ArrayDataset> data) {}

    private static final Case MLP =
            new Case(() -> SmallTraining.mlp(0), SmallTraining.classes(), SmallTraining.POINTS, SmallTraining::points);
    private static final Case GPT =
            new Case(() -> SmallTraining.gpt(0), new TokenLoss(), SmallTraining.IDS, SmallTraining::text);

    static Stream<Arguments> cases() {
        Supplier<Optimizer> adam =
                () -> Optimizer.adam().optLearningRateTracker(FALLING).build();
        Supplier<Optimizer> adamW =
                () -> Optimizer.adamW().optLearningRateTracker(FALLING).build();
        Supplier<Optimizer> sgd = () -> Optimizer.sgd()
                .setLearningRateTracker(FALLING)
                .optMomentum(0.9f)
                .build();
        return Stream.of(MLP, GPT)
                .flatMap(model ->
                        Stream.of(Arguments.of(model, adam), Arguments.of(model, adamW), Arguments.of(model, sgd)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theWeightsAreThoseOfStockDjl(Case model, Supplier<Optimizer> optimizer) throws Exception {
        assertThat(weights(model, optimizer.get(), Face.TRAINER))
                .isEqualTo(weights(model, optimizer.get(), Face.STOCK))
                .isNotEqualTo(weights(model, optimizer.get(), Face.UNTRAINED));
    }

    private enum Face {
        STOCK,
        TRAINER,
        UNTRAINED
    }

    private static Weights weights(Case setting, Optimizer optimizer, Face face) throws Exception {
        try (Model model = SmallTraining.model(setting.block().get())) {
            DefaultTrainingConfig config =
                    SmallTraining.config(setting.loss(), optimizer).optInitializer(new XavierInitializer(), "weight");
            try (Trainer trainer =
                    face == Face.TRAINER ? new EfficientTrainer(model, config) : model.newTrainer(config)) {
                Seeds.set(11);
                trainer.initialize(setting.input());
                if (face != Face.UNTRAINED) {
                    EasyTrain.fit(trainer, 2, setting.data().apply(model.getNDManager(), true), null);
                }
            }
            return Weights.of(model);
        }
    }

    @Test
    void listenersMetricsAndResultsAreThoseOfStockDjl() throws Exception {
        Results stock = results(false);
        Results ours = results(true);

        assertThat(ours.trainLoss()).isEqualTo(stock.trainLoss()).isBetween(0.1f, 3f);
        assertThat(ours.validateLoss()).isEqualTo(stock.validateLoss()).isBetween(0.1f, 3f);
        assertThat(ours.accuracy()).isEqualTo(stock.accuracy()).isBetween(0f, 1f);
        assertThat(ours.epochs()).isEqualTo(stock.epochs()).isEqualTo(2);
        assertThat(ours.steps()).isEqualTo(stock.steps()).isEqualTo(2 * SmallTraining.BATCHES);
    }

    private record Results(Float trainLoss, Float validateLoss, Float accuracy, int epochs, int steps) {}

    private static Results results(boolean efficient) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            DefaultTrainingConfig config = SmallTraining.config(SmallTraining.classes(), SmallTraining.adam())
                    .addEvaluator(new Accuracy())
                    .addTrainingListeners(new EpochTrainingListener(), new EvaluatorTrainingListener());
            try (Trainer trainer = efficient ? new EfficientTrainer(model, config) : model.newTrainer(config)) {
                Metrics metrics = new Metrics();
                trainer.setMetrics(metrics);
                Seeds.set(11);
                trainer.initialize(SmallTraining.POINTS);
                EasyTrain.fit(
                        trainer,
                        2,
                        SmallTraining.points(model.getNDManager(), true),
                        SmallTraining.points(model.getNDManager(), false));
                var result = trainer.getTrainingResult();
                return new Results(
                        result.getTrainLoss(),
                        result.getValidateLoss(),
                        result.getValidateEvaluation("Accuracy"),
                        result.getEpoch(),
                        metrics.getMetric("step").size());
            }
        }
    }

    @Test
    void aTrainingWithoutASeedIsWhatItsOwnRandomNumbersMakeOfIt() throws Exception {
        assertThat(trained()).isEqualTo(trained());
    }

    private static Weights trained() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            ArrayDataset data = SmallTraining.points(model.getNDManager(), true);
            Seeds.set(11);
            SmallTraining.training(model).steps(9).fit(data);
            return Weights.of(model);
        }
    }
}
