package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.vivace.train.StoppedRun.STEPS;
import static org.vivace.train.StoppedRun.block;
import static org.vivace.train.StoppedRun.outcome;
import static org.vivace.train.StoppedRun.process;
import static org.vivace.train.StoppedRun.training;
import static org.vivace.train.StoppedRun.whole;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import ai.djl.util.RandomUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.StoppedRun.Outcome;

/** A run that was stopped and resumed is bit-equal to the one that was not. */
class ResumeTest {

    @TempDir
    private Path folder;

    private Outcome stoppedAfter(UnaryOperator<Training> change, long... steps) throws Exception {
        Weights[] weights = new Weights[1];
        for (long step : steps) {
            TrainingRecord part = process(training -> change.apply(training).resume(folder), step, weights);
            assertThat(part.interrupted()).isTrue();
            assertThat(part.steps()).isEqualTo(step + 1);
        }
        TrainingRecord rest = process(training -> change.apply(training).resume(folder), -1, weights);
        assertThat(rest.interrupted()).isFalse();
        return outcome(rest, weights);
    }

    @ParameterizedTest
    @MethodSource("org.vivace.contract.SmallTraining#optimizers")
    void whereverItWasInterrupted(Function<Tracker, Optimizer> optimizer) throws Exception {
        UnaryOperator<Training> change =
                training -> training.optimizer(optimizer).learningRate(0.02, Schedule.warmupCosine(0.2, 0.1));

        // After the first step, in the middle of an epoch, at its end, before the last step.
        assertThat(stoppedAfter(change, 0, 7, 11, 14)).isEqualTo(whole(change));
    }

    @Test
    void whatWasRecordedBeforeIsStillThere() throws Exception {
        Weights[] weights = new Weights[1];
        TrainingRecord part = process(training -> training.resume(folder), 9, weights);
        TrainingRecord rest = process(training -> training.resume(folder), -1, weights);

        assertThat(rest.curve().subList(0, 10)).isEqualTo(part.curve());
        assertThat(rest.evaluations().subList(0, 2)).isEqualTo(part.evaluations());
        assertThat(rest.curve()).hasSize(STEPS);
        assertThat(rest.seconds()).isGreaterThan(part.seconds());
        assertThat(part.log())
                .containsExactly("there is no save to resume from yet: the run starts from the beginning");
        assertThat(rest.log()).isEmpty();
    }

    @Test
    void aRunThatHasEndedIsReadBack() throws Exception {
        Weights[] weights = new Weights[1];
        TrainingRecord first = process(training -> training.resume(folder), -1, weights);
        Weights trained = weights[0];
        TrainingRecord again = process(training -> training.resume(folder), -1, weights);

        assertThat(again.curve()).isEqualTo(first.curve());
        assertThat(again.evaluations()).isEqualTo(first.evaluations());
        assertThat(again.seconds()).isEqualTo(first.seconds());
        assertThat(weights[0]).isEqualTo(trained);
    }

    @Test
    void withMicroBatchesAndWithEpochs() throws Exception {
        UnaryOperator<Training> change = training -> training.microBatches(2).epochs(2);

        assertThat(stoppedAfter(change, 5, 8)).isEqualTo(whole(change));
    }

    @Test
    void withAugmentationsThatDrawWhileABatchIsMade() throws Exception {
        Weights[] weights = new Weights[1];
        Outcome whole = outcome(augmented(folder.resolve("whole"), -1, weights), weights);
        augmented(folder.resolve("parts"), 8, weights);

        assertThat(outcome(augmented(folder.resolve("parts"), -1, weights), weights))
                .isEqualTo(whole);
    }

    private static TrainingRecord augmented(Path where, long interruptAfter, Weights[] weights) throws Exception {
        try (Model model = SmallTraining.model(block())) {
            ArrayDataset plain = SmallTraining.points(model.getNDManager(), true);
            Noisy data = new Noisy(plain);
            Training training = training(model).onStep(SmallTraining.interruptAfter(interruptAfter));
            TrainingRecord record = training.resume(where).fit(data, data);
            Thread.interrupted();
            weights[0] = Weights.of(model);
            return record;
        }
    }

    /** Adds noise from DJL's random numbers to each batch. */
    private record Noisy(ArrayDataset plain) implements Dataset {

        @Override
        public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
            Iterable<Batch> batches = plain.getData(manager);
            return () -> {
                Iterator<Batch> inner = batches.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return inner.hasNext();
                    }

                    @Override
                    public Batch next() {
                        Batch batch = inner.next();
                        batch.getData().head().addi(RandomUtils.nextFloat(-1, 1));
                        return batch;
                    }
                };
            };
        }

        @Override
        public void prepare(Progress progress) {}
    }

    @Test
    void anInterruptInTheMiddleOfASaveDoesNotSpoilIt() throws Exception {
        UnaryOperator<Training> everyStep = training -> training.saveEvery(1, folder);
        Weights[] weights = new Weights[1];
        TrainingRecord part = process(everyStep, 6, weights); // the flag is up while step 7 is saved
        assertThat(part.interrupted()).isTrue();
        TrainingRecord rest = process(training -> everyStep.apply(training).resume(folder), -1, weights);

        assertThat(outcome(rest, weights)).isEqualTo(whole(training -> training));
    }

    @Test
    void needsASeed() throws IOException {
        try (Model model = SmallTraining.model(block())) {
            Training training = SmallTraining.training(model).steps(2);
            for (Training saving : List.of(training.saveEvery(1, folder), training.resume(folder))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> saving.fit(SmallTraining.points(model.getNDManager(), true)))
                        .withMessage("expected a seed for a run that is saved or resumed, got none: call seed(…)");
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesToGoOnWithOtherSettings() throws Exception {
        Weights[] weights = new Weights[1];
        process(training -> training.resume(folder), 9, weights);
        String save = folder.resolve("step-000000000010").toString();

        refused(training -> training.seed(8), "seed", save, "9", "8");
        refused(training -> training.steps(20), "length", save, "16 steps", "20 steps");
        refused(training -> training.seconds(3), "length", save, "16 steps", "3.0 seconds");
        refused(training -> training.with(new Recording("A", new ArrayList<>())), "recipe", save, "[]", "[A]");
        refused(training -> training.microBatches(2), "number of micro-batches", save, "1", "2");
        refused(training -> training.devices(Device.cpu(), Device.cpu()), "number of devices", save, "1", "2");
        refused(training -> training.optimizer(SmallTraining::sgd), "optimizer", save, "Adam", "Sgd");
    }

    private void refused(UnaryOperator<Training> change, String what, String save, String then, String now) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> process(training -> change.apply(training).resume(folder), -1, new Weights[1]))
                .withMessage("expected the " + what + " of the saved run in " + save + ", which is " + then + ", got "
                        + now + ": resume with the same settings or save elsewhere");
    }

    @Test
    void refusesToGoOnWithAnotherModel() throws Exception {
        process(training -> training.resume(folder), 9, new Weights[1]);
        try (Model other = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> training(other).resume(folder).fit(SmallTraining.points(other.getNDManager(), true)))
                    .withMessageMatching(
                            "expected weight \\S+ of shape \\(7, 5\\) and type float32 in the saved run, found"
                                    + " nothing of that name: resume with the model that was saved");
        }
    }

    @Test
    void aRunThatBeginsAnewDoesNotMixWithTheSavesOfAnother() throws Exception {
        process(training -> training.saveEvery(4, folder), -1, new Weights[1]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> process(training -> training.saveEvery(4, folder), -1, new Weights[1]))
                .withMessage("expected a folder without saves for a new run, found "
                        + folder.resolve("step-000000000016")
                        + ": call resume(…) to continue from there, or save elsewhere");
    }

    @Test
    void aFolderThatCannotBeWrittenFailsBeforeTheFirstStep() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "a file");

        assertThatIOException()
                .isThrownBy(() -> process(training -> training.saveEvery(4, file), 0, new Weights[1]))
                .withMessageStartingWith("expected a folder to save the run in, got " + file);
        assertThat(Thread.interrupted()).as("no step was made").isFalse();
    }

    @Test
    void refusesAnOptimizerWhoseStateItCannotReach() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> process(
                        training -> training.resume(folder)
                                .optimizer(rate -> Optimizer.rmsprop()
                                        .optLearningRateTracker(rate)
                                        .build()),
                        -1,
                        new Weights[1]))
                .withMessage(
                        "expected DJL's Adam, AdamW or Sgd in a run that is saved or resumed, got RmsProp: only their"
                                + " state can be reached");
    }
}
