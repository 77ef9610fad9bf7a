package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.vivace.trace.StepPhase;

/** What cannot be profiled is said in a sentence, and the trainer works afterwards. */
class BadProfileInputTest {

    @Test
    void aModelWithoutWeights() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = model.newTrainer(Planted.config())) {
            assertThatThrownBy(() -> Profiler.of(trainer).run(Planted.points(model.getNDManager())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected a model with weights, found one that is not initialized: call"
                            + " trainer.initialize(shape) before profiling");
            trainer.initialize(Planted.INPUT);
            works(model, trainer);
        }
    }

    @Test
    void aTrainerInTheMiddleOfAStep() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            try (GradientCollector open = trainer.newGradientCollector()) {
                assertThatThrownBy(() -> Profiler.of(trainer).run(Planted.points(model.getNDManager())))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage(
                                "expected a trainer between two steps, found a gradient collector that is open: close"
                                        + " it, best by try-with-resources, or by Collecting.makeFree() where nothing refers"
                                        + " to it any more");
            }
            works(model, trainer);
        }
    }

    @Test
    void aProfileWithinAProfile() throws Exception {
        AtomicReference<Throwable> inner = new AtomicReference<>();
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)))) {
            Dataset data = Planted.points(model.getNDManager());
            try (Trainer trainer =
                    model.newTrainer(Planted.config().addTrainingListeners(new TrainingListenerAdapter() {
                        @Override
                        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                            try {
                                Profiler.of(trainer).steps(1).run(data);
                            } catch (Exception e) {
                                inner.set(e);
                            }
                        }
                    }))) {
                trainer.initialize(Planted.INPUT);
                Profiler.of(trainer).steps(1).run(data);
                assertThat(inner.get())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("expected no profile to be under way, found one: wait until it has ended, since two"
                                + " would count each other's time");
            }
        }
    }

    @Test
    void aBlockThatThrows() throws Exception {
        AtomicInteger left = new AtomicInteger();
        Block throwing = Planted.block(inputs -> {
            if (left.decrementAndGet() == 0) {
                throw new IllegalArgumentException("no such size\n  at a line of libtorch's");
            }
            return inputs;
        });
        try (Model model = Planted.model(Planted.mlp(throwing));
                Trainer trainer = Planted.trainer(model)) {
            List<Block> before = model.getBlock().getChildren().values();
            // In the warm-up, the split, each of the two passes over blocks, memory and leaks.
            for (int step : List.of(1, 5, 7, 9, 13, 15)) {
                left.set(step);
                assertThatThrownBy(() -> Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager())))
                        .as("step %s", step)
                        .isInstanceOf(StepFailedException.class)
                        .hasMessage("expected a training step that works, got \"no such size\" in its forward: make a"
                                + " step without the profiler succeed first")
                        .hasCauseInstanceOf(IllegalArgumentException.class)
                        .extracting(failure -> ((StepFailedException) failure).phase())
                        .isEqualTo(StepPhase.FORWARD);
                assertThat(model.getBlock().getChildren().values()).containsExactlyElementsOf(before);
                works(model, trainer);
            }
        }
    }

    @Test
    void dataWithoutABatch() throws Exception {
        Dataset none = new Dataset() {
            @Override
            public Iterable<Batch> getData(NDManager manager) {
                return List.of();
            }

            @Override
            public void prepare(Progress progress) {}
        };
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            assertThatThrownBy(() -> Profiler.of(trainer).run(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a data set with at least one batch, got none: give it data, or drop no last"
                            + " batch");
            works(model, trainer);
        }
    }

    @Test
    void aNumberOfStepsOrDevicesThatIsOutOfRange() {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)))) {
            try (Trainer trainer = Planted.trainer(model)) {
                assertThatThrownBy(() -> Profiler.of(trainer).steps(0))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("steps must be at least 1, got 0: 20 are enough mostly");
            }
            try (Trainer two =
                    model.newTrainer(Planted.config().optDevices(new Device[] {Device.cpu(), Device.gpu()}))) {
                assertThatThrownBy(() -> Profiler.of(two).run(Planted.points(model.getNDManager())))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "expected a trainer on one device, got one on [cpu(), gpu(0)]: call optDevices on its"
                                        + " config");
            }
        }
    }

    private static void works(Model model, Trainer trainer) throws Exception {
        int before = Planted.hash(model);
        EasyTrain.fit(trainer, 1, Planted.points(model.getNDManager()), null);
        assertThat(Planted.hash(model)).isNotEqualTo(before);
        try (GradientCollector free = Engine.getEngine("PyTorch").newGradientCollector()) {
            assertThat(free).isNotNull();
        }
    }
}
