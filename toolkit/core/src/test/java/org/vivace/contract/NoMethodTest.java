package org.vivace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;

/** A run without methods is stock DJL, bit for bit, on every model of the kit and in every loop. */
@Tag("slow")
class NoMethodTest {

    private static final Map<String, Function<Tracker, Optimizer>> OPTIMIZERS = Map.of(
            "Sgd with momentum",
            rate -> Optimizer.sgd()
                    .setLearningRateTracker(rate)
                    .optMomentum(0.9f)
                    .build(),
            "Adam",
            rate -> Optimizer.adam().optLearningRateTracker(rate).build(),
            "AdamW",
            rate -> Optimizer.adamW().optLearningRateTracker(rate).build());

    /** Stands in a row for the method that is left out. */
    private static final GivenMethod NOTHING =
            GivenMethod.of("Nothing", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {});

    private static MethodRow row(Function<Tracker, Optimizer> optimizer) {
        return MethodRow.of(NOTHING, SmallModel.DENSE).optimizer(0.01, optimizer);
    }

    @TestFactory
    Stream<DynamicNode> anyLoopGivesTheWeightsOfStockDjl() {
        MethodRow adam = row(OPTIMIZERS.get("Adam"));
        return SmallModel.ALL.stream()
                .map(small -> DynamicContainer.dynamicContainer(
                        small.name(),
                        Arrays.stream(Loop.values())
                                .map(loop -> DynamicTest.dynamicTest(loop.name(), () -> {
                                    HandLoop stock = HandLoop.stock(loop, small, adam);
                                    assertThat(HandLoop.with(loop, small, adam)).isEqualTo(stock);
                                    assertThat(stock.end()).as("trained").isNotEqualTo(stock.start());
                                }))));
    }

    @TestFactory
    Stream<DynamicNode> easyTrainGivesThemWithAnyOptimizer() {
        return SmallModel.ALL.stream()
                .map(small -> DynamicContainer.dynamicContainer(
                        small.name(),
                        OPTIMIZERS.keySet().stream()
                                .map(name -> DynamicTest.dynamicTest(name, () -> {
                                    MethodRow row = row(OPTIMIZERS.get(name));
                                    assertThat(fitted(small, row, false)).isEqualTo(fitted(small, row, true));
                                }))));
    }

    private static Weights fitted(SmallModel small, MethodRow row, boolean stock) throws Exception {
        var config = Faces.config(row);
        try (Model model = small.open();
                Trainer trainer = stock ? model.newTrainer(config) : new EfficientTrainer(model, config)) {
            Seeds.set(11);
            trainer.initialize(small.inputs());
            EasyTrain.fit(trainer, 2, small.dataset(model.getNDManager()), null);
            return Weights.of(model);
        }
    }
}
