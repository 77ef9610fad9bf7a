package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficientTrainer;

class ProfilerTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsWhereTheTimeOfAStepGoes(boolean efficient) throws Exception {
        DefaultTrainingConfig config = Planted.config()
                .addEvaluator(new Accuracy())
                .addTrainingListeners(new EvaluatorTrainingListener(), new Planted.SlowListener(4));
        try (Model model = Planted.model(Planted.mlp(Planted.slow(12)));
                Trainer trainer = efficient ? new EfficientTrainer(model, config) : model.newTrainer(config)) {
            trainer.initialize(Planted.INPUT);

            Profile profile = Profiler.of(trainer).steps(7).run(Planted.slow(Planted.points(model.getNDManager()), 8));

            assertThat(profile.split().get("data").millis()).isBetween(8.0, 11.0);
            assertThat(profile.split().get("forward").millis()).isBetween(12.0, 16.0);
            assertThat(profile.split().get("listeners").millis()).isBetween(4.0, 6.0);
            assertThat(profile.listenerMillis().get("SlowListener")).isBetween(4.0, 6.0);
            for (String part : List.of("loss", "backward", "optimizer", "evaluation", "release")) {
                assertThat(profile.split().get(part).millis()).as(part).isBetween(0.001, 4.0);
            }
            assertThat(profile.split().get("rest").share()).isLessThan(0.02);
            double parts = profile.split().values().stream()
                    .mapToDouble(PartTime::millis)
                    .sum();
            assertThat(parts).isGreaterThan(24);
            assertThat(profile.stepMillis().median()).isBetween(24.0, 35.0);
            // The interval, because other processes disturb single steps by more than that.
            assertThat(profile.overhead().low()).isLessThan(0.02);
            assertThat(profile.toString()).contains("A step takes").contains("listeners");
        }
    }

    @Test
    void trainsAsEasyTrainWould() throws Exception {
        List<String> steps = new ArrayList<>();
        float[][] profiled;
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = seeded(model)) {
            Profiler.of(trainer)
                    .steps(1)
                    .reportingTo(at -> steps.add(at.phase()))
                    .run(Planted.points(model.getNDManager()));
            profiled = Planted.weights(model);
        }
        assertThat(steps)
                .containsExactly(
                        "warm-up",
                        "warm-up",
                        "warm-up",
                        "split",
                        "split",
                        "blocks, forward",
                        "blocks, forward",
                        "blocks, forward",
                        "blocks, backward",
                        "blocks, backward",
                        "blocks, backward",
                        "memory",
                        "memory",
                        "leaks",
                        "leaks",
                        "leaks",
                        "leaks",
                        "leaks");
        float[][] trained;
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = seeded(model)) {
            EasyTrain.fit(trainer, 3, Planted.points(model.getNDManager()), null);
            trained = Planted.weights(model);
        }
        // 18 steps are three epochs. Cut gradients are sums of the same terms.
        for (int i = 0; i < trained.length; i++) {
            assertThat(profiled[i])
                    .as("parameter %s", i)
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(trained[i]);
        }
    }

    private static Trainer seeded(Model model) {
        Seeds.set(5);
        return Planted.trainer(model);
    }

    @Test
    void leavesTheModelAsItWas() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            List<Block> before = model.getBlock().getChildren().values();
            List<String> names = model.getBlock().getParameters().keys();
            int arrays = 0;
            for (int i = 0; i < 2; i++) {
                Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager()));
                int now = trainer.getManager().getManagedArrays().size();
                assertThat(i == 0 ? now : arrays)
                        .as("arrays held by the trainer")
                        .isEqualTo(now);
                arrays = now;
            }
            assertThat(model.getBlock().getChildren().values()).containsExactlyElementsOf(before);
            assertThat(model.getBlock().getParameters().keys()).isEqualTo(names);
        }
    }

    @Test
    void theSharesAddUp() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(1)));
                Trainer trainer = Planted.trainer(model)) {
            Profile profile = Profiler.of(trainer).steps(2).run(Planted.points(model.getNDManager()));
            assertThat(profile.split().values().stream()
                            .mapToDouble(PartTime::share)
                            .sum())
                    .isCloseTo(1, within(1e-12));
            assertThat(profile.notes()).isEmpty();
        }
    }
}
