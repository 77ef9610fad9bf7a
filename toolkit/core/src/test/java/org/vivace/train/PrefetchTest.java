package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;

/** Prefetching on the CPU, where it takes the same path up to the copy to the GPU. */
class PrefetchTest {

    private static final int BATCHES = 3;

    private final List<String> events = new ArrayList<>();

    @TempDir
    private Path folder;

    /** Three batches of random points a pass, and a note of each that is made. */
    private final class Drawn implements Dataset {

        private int failing = -1;
        private int made;

        @Override
        public Iterable<Batch> getData(NDManager manager) {
            return () -> new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < BATCHES;
                }

                @Override
                public Batch next() {
                    return batch(manager.newSubManager(), next++);
                }
            };
        }

        private Batch batch(NDManager manager, int index) {
            events.add("load " + index);
            if (made++ == failing) {
                throw new IllegalArgumentException("a broken image");
            }
            NDArray data = manager.randomUniform(-1, 1, SmallTraining.POINTS);
            NDArray labels = manager.arange(4f).mod(3);
            return new Batch(
                    manager,
                    new NDList(data),
                    new NDList(labels),
                    4,
                    Batchifier.STACK,
                    Batchifier.STACK,
                    index,
                    BATCHES);
        }

        @Override
        public void prepare(Progress progress) {}
    }

    private final EfficiencyMethod noting = GivenMethod.of("Noting", Kind.DATA, Equivalence.BIT_EQUAL, new Hooks() {
        @Override
        public Sample onBatch(Run run, Sample sample) {
            events.add("pass " + run.step());
            return sample;
        }

        @Override
        public void onGradients(Run run) {
            events.add("gradients " + run.step());
        }

        @Override
        public void onStepped(Run run) {
            events.add("stepped " + run.step());
        }
    });

    private static Training training(Model model) {
        return SmallTraining.training(model).seed(5);
    }

    private float[] trained(UnaryOperator<Training> change) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0.3))) {
            change.apply(training(model).steps(8)).fit(new Drawn());
            return Weights.of(model).values();
        }
    }

    @Test
    void theNextBatchIsLoadedBeforeTheHostWaitsForThisStep() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            training(model).prefetched().with(noting).steps(4).fit(new Drawn());
        }
        assertThat(events)
                .as("the second pass over the data begins with the fourth step; nothing is loaded after the last")
                .containsExactly(
                        "load 0",
                        "pass 0",
                        "gradients 0",
                        "load 1",
                        "stepped 0",
                        "pass 1",
                        "gradients 1",
                        "load 2",
                        "stepped 1",
                        "pass 2",
                        "gradients 2",
                        "stepped 2",
                        "load 0",
                        "pass 3",
                        "gradients 3",
                        "stepped 3");
    }

    @Test
    void weightsAreThoseOfARunWithout() throws Exception {
        assertThat(trained(Training::prefetched)).containsExactly(trained(training -> training));
        assertThat(trained(training -> training.prefetched().microBatches(2)))
                .containsExactly(trained(training -> training.microBatches(2)));
    }

    @Test
    void djlsOwnLoopPrefetchesToo() throws Exception {
        float[] plain = inDjlsLoop(RunSettings.none().seed(5));
        events.clear();
        assertThat(inDjlsLoop(RunSettings.none().seed(5).prefetched())).containsExactly(plain);
        assertThat(events.subList(0, 5)).containsExactly("load 0", "pass 0", "gradients 0", "load 1", "stepped 0");
    }

    private float[] inDjlsLoop(RunSettings settings) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0.3))) {
            try (Trainer trainer = new EfficientTrainer(
                    model, SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()), settings, noting)) {
                trainer.initialize(SmallTraining.POINTS);
                EasyTrain.fit(trainer, 2, new Drawn(), null);
            }
            return Weights.of(model).values();
        }
    }

    @Test
    void aResumedRunGoesOnAsOneWithout() throws Exception {
        float[] plain = trained(training -> training);
        assertThat(trained(training ->
                        training.prefetched().saveEvery(100, folder).onStep(SmallTraining.interruptAfter(4))))
                .isNotEqualTo(plain);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(trained(training -> training.prefetched().resume(folder))).containsExactly(plain);
    }

    @Test
    void whatFailsWhileLoadingEndsTheStepThatNeedsIt() throws Exception {
        Drawn drawn = new Drawn();
        drawn.failing = 2;
        List<Long> done = new ArrayList<>();
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> training(model)
                            .prefetched()
                            .steps(8)
                            .onStep(point -> done.add(point.step()))
                            .fit(drawn))
                    .withMessage("a broken image");
        }
        assertThat(done).containsExactly(0L, 1L);
    }

    @Test
    void batchesCloseWithTheirStepAndTheOneAheadWithTheTrainer() throws Exception {
        List<Integer> managed = new ArrayList<>();
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            NDManager manager = model.getNDManager();
            training(model)
                    .prefetched()
                    .steps(8)
                    .onStep(point -> managed.add(manager.getManagedArrays().size()))
                    .fit(new Drawn());
            assertThat(managed.subList(4, 7)).as("the same place of two passes").isEqualTo(managed.subList(1, 4));
            assertThat(manager.getManagedArrays()).as("weights and biases").hasSize(4);
        }
    }

    @Test
    void afterTheLastBatchThereIsNone() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model,
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()),
                        RunSettings.none().prefetched())) {
            var batches = trainer.iterateDataset(new Drawn()).iterator();
            for (int i = 0; i < BATCHES; i++) {
                Batch batch = batches.next();
                assertThat(batch.getProgress()).isEqualTo(i);
                assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(4, 5));
                batch.close();
            }
            assertThat(batches.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(batches::next)
                    .withMessage("expected another batch, got to the end of the data");
        }
    }
}
