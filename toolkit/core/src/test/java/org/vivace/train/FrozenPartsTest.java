package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;

/** Models of which a part is frozen: for a time, from a save on, or in a file. */
class FrozenPartsTest {

    private static final int STEPS = 16;

    @TempDir
    private Path folder;

    private static Block first(Model model) {
        return model.getBlock().getChildren().valueAt(0);
    }

    /** The first layer is frozen from the fourth step to the tenth; the flags are not set again by a later process. */
    private TrainingRecord process(
            Function<Tracker, Optimizer> optimizer, long stopAfter, boolean saves, Weights[] weights) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0.3))) {
            Training training = SmallTraining.training(model)
                    .seed(5)
                    .steps(STEPS)
                    .optimizer(optimizer)
                    .onStep(point -> {
                        if (point.step() == 3 || point.step() == 9) {
                            first(model).freezeParameters(point.step() == 3);
                        }
                        if (point.step() == stopAfter) {
                            Thread.currentThread().interrupt();
                        }
                    });
            ArrayDataset data = SmallTraining.points(model.getNDManager(), true);
            TrainingRecord record = (saves ? training.resume(folder) : training).fit(data);
            Thread.interrupted();
            weights[0] = Weights.of(model);
            return record;
        }
    }

    @ParameterizedTest
    @MethodSource("org.vivace.contract.SmallTraining#optimizers")
    void aRunIsResumedInTheStateItWasIn(Function<Tracker, Optimizer> optimizer) throws Exception {
        Weights[] whole = new Weights[1];
        Weights[] again = new Weights[1];
        Weights[] parts = new Weights[1];
        process(optimizer, -1, false, whole);
        process(optimizer, -1, false, again); // DJL's random ids, and the order of their hashes, are others
        process(optimizer, 6, true, parts); // frozen, the call that froze is past
        process(optimizer, 12, true, parts); // unfrozen again, the first layer three updates on
        process(optimizer, -1, true, parts);

        assertThat(again).containsExactly(whole);
        assertThat(parts).containsExactly(whole);
    }

    private Model loaded() throws Exception {
        Path file = folder.resolve("tiny");
        if (!file.toFile().exists()) {
            try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                    Trainer trainer =
                            model.newTrainer(SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()))) {
                Engine.getEngine("PyTorch").setRandomSeed(7);
                trainer.initialize(SmallTraining.POINTS);
                model.save(file, "tiny");
            }
        }
        Model model = SmallTraining.model(SmallTraining.mlp(0));
        model.load(file, "tiny");
        first(model).freezeParameters(true);
        return model;
    }

    /** Passes on each call, and is none of DJL's classes. */
    private static Model wrapped(Model inner) {
        return (Model) Proxy.newProxyInstance(
                Model.class.getClassLoader(), new Class<?>[] {Model.class}, (self, call, args) -> {
                    try {
                        return call.invoke(inner, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Weights trained(
            Model model, BiFunction<Model, TrainingConfig, Trainer> trainers, boolean freezeAfter) throws Exception {
        try (model;
                Trainer trainer = trainers.apply(
                        model, SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(Tracker.fixed(0.1f))))) {
            trainer.initialize(SmallTraining.POINTS);
            first(model).freezeParameters(freezeAfter);
            EasyTrain.fit(trainer, 1, SmallTraining.points(model.getNDManager(), false), null);
            return Weights.of(model);
        }
    }

    @Test
    void aLoadedModelAndItsWrappersTrainAsInDjl() throws Exception {
        List<UnaryOperator<Model>> wrappers =
                List.of(model -> model, model -> new ZooModel<>(model, null), FrozenPartsTest::wrapped);
        for (boolean freezeAfter : new boolean[] {false, true}) {
            Weights stock = trained(loaded(), Model::newTrainer, freezeAfter);
            for (UnaryOperator<Model> wrapper : wrappers) {
                Weights ours = trained(
                        wrapper.apply(loaded()), (model, config) -> new EfficientTrainer(model, config), freezeAfter);
                assertThat(ours).isEqualTo(stock);
            }
        }
        assertThat(trained(loaded(), Model::newTrainer, true))
                .isNotEqualTo(trained(loaded(), Model::newTrainer, false));
    }

    @Test
    void theLogSaysWhatDjlUnfreezes() throws Exception {
        try (Model model = loaded();
                EfficientTrainer trainer = new EfficientTrainer(
                        new ZooModel<>(model, null),
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()))) {
            assertThat(trainer.run().log())
                    .containsExactly(
                            "2 frozen parameters of the loaded model were unfrozen, as DJL does when it creates a"
                                    + " trainer: freeze them after the trainer is created");
        }
    }
}
