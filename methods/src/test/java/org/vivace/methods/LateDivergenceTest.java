package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.vivace.methods.SkippableUpdates.ADAM;
import static org.vivace.methods.SkippableUpdates.training;
import static org.vivace.methods.SkippableUpdates.weightsAfter;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.DivergingLoss;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.Gradients;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Equivalence;
import org.vivace.train.GradientDivergedException;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.LossDivergedException;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;

/** Runs that diverge, and are told so some steps later. */
class LateDivergenceTest {

    private static final long BAD = 5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("org.vivace.methods.SkippableUpdates#updates")
    void aRunThatDivergesKeepsTheWeightsBeforeTheStepThatDid(
            EfficiencyMethod method, Function<Tracker, Optimizer> optimizer) throws Exception {
        Weights before = weightsAfter(BAD, optimizer, method);
        for (int every : new int[] {1, 4, 100}) {
            try (Model model = SmallTraining.model(SmallTraining.deep())) {
                Training training = training(model, optimizer, method, scaledGradients(Double.NaN))
                        .readEvery(every)
                        .steps(12);
                assertThatExceptionOfType(GradientDivergedException.class)
                        .as("read every %d steps", every)
                        .isThrownBy(() -> training.fit(SmallTraining.points(model.getNDManager(), false)))
                        .withMessage(
                                "expected finite gradients, got one that is not on 01Linear_weight at step 5: lower"
                                        + " the learning rate or look at that batch");
                assertThat(Weights.of(model)).as("read every %d steps", every).isEqualTo(before);
            }
        }
    }

    /** Multiplies all gradients of one step. */
    private static GivenMethod scaledGradients(double factor) {
        return GivenMethod.of("Scaling", Kind.LOSS, Equivalence.CHANGES_TRAINING, new Hooks() {
            @Override
            public void onGradients(Run run) {
                if (run.step() == BAD) {
                    Gradients.scale(run.withGradients(), factor);
                }
            }
        });
    }

    @Test
    void aLossThatIsNotFiniteEndsTheRunWithItsStep() throws Exception {
        Weights before = weightsAfter(BAD, ADAM, new FusedAdamW());
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            Training training = training(model, ADAM, new FusedAdamW())
                    .loss(new DivergingLoss(BAD))
                    .readEvery(100)
                    .steps(12);
            assertThatExceptionOfType(LossDivergedException.class)
                    .isThrownBy(() -> training.fit(SmallTraining.points(model.getNDManager(), false)))
                    .withMessageContaining("step 5");
            assertThat(Weights.of(model)).isEqualTo(before);
        }
    }

    @Test
    void whatIsSavedAndEvaluatedWasReadBefore() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            var data = SmallTraining.points(model.getNDManager(), false);
            Training training = training(model, ADAM, new FusedAdamW(), scaledGradients(Double.POSITIVE_INFINITY))
                    .readEvery(100)
                    .saveEvery(3, folder)
                    .steps(12);
            assertThatExceptionOfType(GradientDivergedException.class).isThrownBy(() -> training.fit(data));
        }
        try (Stream<Path> saves = Files.list(folder)) {
            assertThat(saves.map(save -> save.getFileName().toString()))
                    .as("after step 3, and none after the step that diverged")
                    .containsExactly("step-000000000003");
        }
    }

    /** DJL's own update cannot be left out on the device. */
    @Test
    void aStepOfDjlsOwnOptimizerIsRead() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            Weights[] before = new Weights[1];
            GivenMethod looking = GivenMethod.of("Looking", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
                @Override
                public void onStepped(Run run) {
                    before[0] = Weights.of(run.model());
                }
            });
            Training training = training(model, ADAM, scaledGradients(Double.NaN), looking)
                    .readEvery(100)
                    .steps(12);
            assertThatExceptionOfType(GradientDivergedException.class)
                    .isThrownBy(() -> training.fit(SmallTraining.points(model.getNDManager(), false)));
            assertThat(Weights.of(model)).isEqualTo(before[0]);
        }
    }

    @Test
    void aRunOfOnesOwnTellsAtItsEnd() throws Exception {
        Optimizer adam = SmallTraining.adam();
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            RunSettings settings = RunSettings.none().optimizer(adam).seed(5).readEvery(100);
            Run run = Run.of(model, settings, new FusedAdamW(), scaledGradients(Double.NaN));
            try (Trainer trainer = model.newTrainer(SmallTraining.config(SmallTraining.classes(), adam))) {
                trainer.initialize(SmallTraining.POINTS);
                for (Batch batch : trainer.iterateDataset(SmallTraining.points(model.getNDManager(), false))) {
                    run.step(
                            new Sample(batch.getData(), batch.getLabels()),
                            trainer::forward,
                            trainer.getLoss(),
                            trainer::step);
                    batch.close();
                }
                assertThat(run.step()).isEqualTo(6);
                assertThatExceptionOfType(GradientDivergedException.class)
                        .isThrownBy(run::close)
                        .withMessageContaining(" at step 5: ");
                run.close(); // it is closed
            }
        }
    }

    @Test
    void aTrainersEvaluationReadsFirst() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.deep());
                EfficientTrainer trainer = trainer(model, new FusedAdamW(), scaledGradients(Double.NaN))) {
            epoch(trainer, SmallTraining.points(model.getNDManager(), false));
            NDList points = new NDList(model.getNDManager().ones(SmallTraining.POINTS));
            assertThatExceptionOfType(GradientDivergedException.class).isThrownBy(() -> trainer.evaluate(points));
            assertThat(trainer.evaluate(points)).as("it was told once").hasSize(1);
        }
    }

    @Test
    void aRunThatTellsAtItsEndHasEndedAllTheSame() throws Exception {
        List<String> events = new ArrayList<>();
        GivenMethod ending = GivenMethod.of("Ending", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public void onEnd(Run run) {
                events.add("end");
            }

            @Override
            public void close() {
                events.add("close");
            }
        });
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            EfficientTrainer trainer = trainer(model, new FusedAdamW(), scaledGradients(Double.NaN), ending);
            epoch(trainer, SmallTraining.points(model.getNDManager(), false));
            assertThatExceptionOfType(GradientDivergedException.class).isThrownBy(trainer::close);
        }
        assertThat(events).containsExactly("end", "close");
    }

    /** Six steps, of which the last diverges, and six more from the weights before it, as a loop may do that catches. */
    @Test
    void whoLeavesTheStepOutGoesOnFromTheWeightsBeforeIt() throws Exception {
        Weights[] after = new Weights[2];
        for (int every : new int[] {1, 100}) {
            try (Model model = SmallTraining.model(SmallTraining.deep());
                    EfficientTrainer trainer = trainer(
                            model, RunSettings.none().seed(5).readEvery(every), new FusedSgd(), spoilingOnce())) {
                var points = SmallTraining.points(model.getNDManager(), false);
                NDList probe = new NDList(model.getNDManager().ones(SmallTraining.POINTS));
                assertThatExceptionOfType(GradientDivergedException.class).isThrownBy(() -> {
                    epoch(trainer, points);
                    trainer.evaluate(probe);
                });
                epoch(trainer, points);
                trainer.evaluate(probe);
                after[every == 1 ? 0 : 1] = Weights.of(model);
            }
        }
        assertThat(after[1]).isEqualTo(after[0]);
    }

    /** The gradients of one step, which has the same number again where it was refused. */
    private static GivenMethod spoilingOnce() {
        AtomicBoolean spoiled = new AtomicBoolean();
        return GivenMethod.of("Spoiling", Kind.LOSS, Equivalence.CHANGES_TRAINING, new Hooks() {
            @Override
            public void onGradients(Run run) {
                if (run.step() == BAD && spoiled.compareAndSet(false, true)) {
                    Gradients.scale(run.withGradients(), Double.NaN);
                }
            }
        });
    }

    private static void epoch(EfficientTrainer trainer, Dataset data) throws Exception {
        for (Batch batch : trainer.iterateDataset(data)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
        }
    }

    private static EfficientTrainer trainer(Model model, EfficiencyMethod... methods) {
        return trainer(model, RunSettings.none().readEvery(100), methods);
    }

    private static EfficientTrainer trainer(Model model, RunSettings settings, EfficiencyMethod... methods) {
        Optimizer optimizer = Stream.of(methods).anyMatch(FusedSgd.class::isInstance)
                ? SmallTraining.sgd(0.1, 0.9, 0)
                : SmallTraining.adam();
        EfficientTrainer trainer = new EfficientTrainer(
                model, SmallTraining.config(SmallTraining.classes(), optimizer), settings, methods);
        trainer.initialize(SmallTraining.POINTS);
        return trainer;
    }
}
