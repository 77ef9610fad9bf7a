package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Training;

class ProfilerTest {

    @Tag("clock")
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

            // What takes no less than it was told to; other processes make it longer at times.
            assertThat(quickest(profile, "data")).isGreaterThanOrEqualTo(8.0);
            assertThat(quickest(profile, "forward")).isGreaterThanOrEqualTo(12.0);
            assertThat(quickest(profile, "listeners")).isGreaterThanOrEqualTo(4.0);
            assertThat(profile.listenerMillis().get("SlowListener")).isGreaterThanOrEqualTo(4);
            for (String part : List.of("loss", "backward", "optimizer", "evaluation", "release")) {
                assertThat(quickest(profile, part)).as(part).isGreaterThan(0.001);
            }
            assertThat(quickest(profile, "rest")).as("rest").isLessThan(0.02 * 24);
            double parts = profile.split().values().stream()
                    .mapToDouble(StepPhaseTime::millis)
                    .sum();
            assertThat(parts).isGreaterThan(24);
            assertThat(profile.stepMillis().median()).isGreaterThan(24);
            // The interval, because other processes disturb single steps by more than that.
            assertThat(profile.overhead().low()).isLessThan(0.02);
            assertThat(profile.toString()).contains("A step takes").contains("listeners");
        }
    }

    private static double quickest(Profile profile, String part) {
        return Collections.min(profile.split().get(part).nanos()) / 1e6;
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
                        "memory",
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
            EasyTrain.fit(trainer, 1, Planted.points(model.getNDManager(), 12), null);
            trained = Planted.weights(model);
        }
        // 21 steps are three and a half epochs. Cut gradients are sums of the same terms.
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
                            .mapToDouble(StepPhaseTime::share)
                            .sum())
                    .isCloseTo(1, within(1e-12));
            assertThat(profile.notes()).isEmpty();
        }
    }

    @Test
    void aTrainingIsProfiledAsItIsAtAMomentOfIt() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)))) {
            Training training = Training.of(model)
                    .input(Planted.INPUT)
                    .loss(Loss.softmaxCrossEntropyLoss())
                    .learningRate(0.01);
            try (EfficientTrainer trainer = training.trainerAt(1)) {
                assertThat(trainer.run().progress()).isEqualTo(1);
                Profile profile = Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager()));
                assertThat(profile.split().get("optimizer").millis()).isPositive();
            }
            assertThatThrownBy(() -> training.trainerAt(1.5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a share of the run in [0, 1], got 1.5");
        }
    }

    @Test
    void whereTheSystemDoesNotTellItsMemoryTheRestIsMeasured() throws Exception {
        MemoryPass.Source silent = new MemoryPass.Source() {
            @Override
            public OptionalLong now() {
                return OptionalLong.empty();
            }

            @Override
            public OptionalLong sample() {
                return OptionalLong.empty();
            }
        };
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            Profile profile = new ProfiledSteps(
                            trainer, Planted.points(model.getNDManager()), 1, progress -> {}, silent)
                    .profile();
            assertThat(profile.notes())
                    .containsExactly(
                            "the memory in use is not measured, since on the CPU only Linux with glibc 2.33 or newer"
                                    + " reports it, and this is another system: profile on such a machine");
            assertThat(profile.memory().peakBytes()).isEmpty();
            assertThat(profile.memory().timeline()).isEmpty();
            assertThat(profile.memory().parameterBytes()).isEqualTo(4 * (5 * 7 + 7 + 7 * 3 + 3));
            assertThat(profile.blocks()).allSatisfy(block -> {
                assertThat(block.activationBytes()).isEmpty();
                assertThat(block.backwardMillis()).isPresent();
            });
        }
    }
}
