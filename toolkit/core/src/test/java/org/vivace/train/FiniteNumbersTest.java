package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;

/** Numbers that are infinite or none are found before they reach a weight or a save. */
class FiniteNumbersTest {

    @TempDir
    private Path folder;

    /** Spoils the gradient, or the weight, of the third parameter at one step, the loss staying as it is. */
    private record Spoiled(float value, long at, boolean weight) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return Traits.of(Kind.LOSS, Equivalence.CHANGES_TRAINING);
        }

        @Override
        public String label() {
            return "Spoiled";
        }

        @Override
        public Hooks attach(Run attached) {
            return new Hooks() {
                @Override
                public void aroundBackward(Run run, NDArray loss, Backward backward) {
                    backward.from(loss);
                    if (run.step() == at && !weight) {
                        try (NDArray gradient = run.parameters().get(2).array().getGradient()) {
                            gradient.addi(value);
                        }
                    }
                }

                @Override
                public void onStepped(Run run) {
                    if (run.step() == at && weight) {
                        run.parameters().get(2).array().setRequiresGradient(false);
                        run.parameters().get(2).array().addi(value);
                        run.parameters().get(2).array().setRequiresGradient(true);
                    }
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aGradientStopsBeforeItReachesAWeight(float value) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model,
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()),
                        new Spoiled(value, 2, false))) {
            trainer.initialize(SmallTraining.POINTS);
            String path = model.getBlock().getParameters().keyAt(2);
            int stopped = 0;
            int step = 0;
            for (Batch batch : trainer.iterateDataset(SmallTraining.points(model.getNDManager(), false))) {
                Weights before = Weights.of(model);
                EasyTrain.trainBatch(trainer, batch);
                if (step == 2 && stopped == 0) {
                    GradientDivergedException found =
                            catchThrowableOfType(GradientDivergedException.class, trainer::step);
                    assertThat(found)
                            .hasMessage("expected finite gradients, got one that is not on " + path
                                    + " at step 2: lower the learning rate or look at that batch");
                    assertThat(found.step()).isEqualTo(2);
                    assertThat(found.parameter()).isEqualTo(path);
                    assertThat(Weights.of(model)).isEqualTo(before);
                    stopped++;
                    batch.close();
                    break;
                }
                trainer.step();
                assertThat(Weights.of(model)).isNotEqualTo(before);
                step++;
                batch.close();
            }
            assertThat(stopped).isOne();
            for (NamedParameter parameter : trainer.run().parameters()) {
                assertThat(parameter.array().getGradient().toFloatArray()).containsOnly(0);
            }
        }
    }

    private Training training(Model model, Spoiled method) {
        return SmallTraining.training(model).with(method).seed(3).steps(12).saveEvery(2, folder);
    }

    private List<String> saves() throws Exception {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theSavesBeforeAGradientThatIsNotFiniteAreGood() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThatExceptionOfType(GradientDivergedException.class)
                    .isThrownBy(() -> training(model, new Spoiled(Float.NaN, 7, false))
                            .fit(SmallTraining.points(model.getNDManager(), true)));
        }
        assertThat(saves()).containsExactly("step-000000000004", "step-000000000006");
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            TrainingRecord rest = training(model, new Spoiled(0, 7, false))
                    .resume(folder)
                    .fit(SmallTraining.points(model.getNDManager(), true));
            assertThat(rest.steps()).isEqualTo(12);
        }
    }

    @Test
    void aWeightThatIsNotFiniteIsNeverSaved() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> training(model, new Spoiled(Float.POSITIVE_INFINITY, 5, true))
                            .fit(SmallTraining.points(model.getNDManager(), true)))
                    .withMessage("expected finite weights to save at step 6, found some that are not in "
                            + model.getBlock().getParameters().keyAt(2)
                            + ": lower the learning rate, and resume from the save before it");
        }
        assertThat(saves()).containsExactly("step-000000000002", "step-000000000004");
    }
}
