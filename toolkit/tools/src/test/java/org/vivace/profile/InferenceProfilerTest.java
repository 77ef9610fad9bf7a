package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InferenceProfilerTest {

    private static final List<float[]> INPUTS = List.of(new float[] {1, 2, 3, 4, 5}, new float[] {5, 4, 3, 2, 1});

    /** Takes 2 ms before and 1 ms after the model. */
    private static class Numbers implements Translator<float[], float[]> {
        @Override
        public NDList processInput(TranslatorContext context, float[] input) {
            Planted.spin(2);
            return new NDList(context.getNDManager().create(input));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList list) {
            Planted.spin(1);
            return list.head().toFloatArray();
        }
    }

    @Tag("clock")
    @Test
    void splitsAPrediction() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(5)))) {
            model.getBlock().initialize(model.getNDManager(), ai.djl.ndarray.types.DataType.FLOAT32, new Shape(1, 5));
            List<Block> before = model.getBlock().getChildren().values();
            int arrays = model.getNDManager().getManagedArrays().size();

            InferenceProfile profile = Profiler.inference(model, new Numbers())
                    .calls(12)
                    .batches(1, 3)
                    .threads(1, 2)
                    .run(INPUTS);

            assertThat(profile.split().keySet()).containsExactly("preProcess", "forward", "postProcess", "rest");
            assertThat(profile.split().get("preProcess").millis()).isGreaterThanOrEqualTo(2.0);
            assertThat(profile.split().get("forward").millis()).isGreaterThanOrEqualTo(5.0);
            assertThat(profile.split().get("postProcess").millis()).isGreaterThanOrEqualTo(1.0);
            assertThat(profile.split().values().stream()
                            .mapToDouble(StepPhaseTime::share)
                            .sum())
                    .isCloseTo(1, within(1e-9));
            assertThat(profile.latency().calls()).isEqualTo(12);
            assertThat(profile.latency().p50()).isGreaterThanOrEqualTo(8);
            assertThat(profile.latency().p99())
                    .isGreaterThanOrEqualTo(profile.latency().p95());
            assertThat(profile.firstMillis()).isGreaterThanOrEqualTo(8);
            assertThat(profile.loads()).hasSize(4);
            InferenceProfile.Load three = profile.loads().get(1);
            assertThat(three.batch()).isEqualTo(3);
            assertThat(three.threads()).isEqualTo(1);
            // Three times before and after, the model once: 14 ms for three inputs.
            assertThat(three.perSecond()).isBetween(1.0, 3 / 0.014);
            assertThat(three.latency().p50()).isGreaterThanOrEqualTo(14);
            String slow = model.getBlock().getChildren().get(2).getKey();
            assertThat(profile.blocks()).hasSize(4).anySatisfy(block -> {
                assertThat(block.path()).isEqualTo(slow);
                assertThat(block.forwardMillis()).isGreaterThanOrEqualTo(5);
                assertThat(block.backwardMillis()).isEmpty();
            });
            assertThat(model.getBlock().getChildren().values()).containsExactlyElementsOf(before);
            assertThat(model.getNDManager().getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void aTranslatorWithoutABatchifierIsSplitToo() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(1)));
                Trainer trainer = Planted.trainer(model)) {
            Translator<float[], float[]> one = new Numbers() {
                @Override
                public NDList processInput(TranslatorContext context, float[] input) {
                    Planted.spin(1);
                    return new NDList(context.getNDManager().create(input).reshape(1, 5));
                }

                @Override
                public Batchifier getBatchifier() {
                    return null;
                }
            };
            InferenceProfile profile =
                    Profiler.inference(model, one).calls(5).batches().run(INPUTS);
            assertThat(profile.loads()).isEmpty();
            assertThat(profile.split().get("preProcess").millis()).isGreaterThanOrEqualTo(1.0);
            assertThat(profile.split().get("postProcess").millis()).isGreaterThanOrEqualTo(1.0);
        }
    }

    @Test
    void saysWhatIsWrong() {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)))) {
            InferenceProfiler<float[], float[]> profiler = Profiler.inference(model, new Numbers());
            assertThatThrownBy(() -> profiler.run(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected at least one input to predict from, got none: give some");
            assertThatThrownBy(() -> profiler.run(INPUTS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected a model with weights, found one that is not initialized: call"
                            + " trainer.initialize(shape) before profiling");
            assertThatThrownBy(() -> profiler.calls(0)).hasMessage("calls must be at least 1, got 0: give 1 or more");
            assertThatThrownBy(() -> profiler.batches(1, 0))
                    .hasMessage("a batch size must be at least 1, got 0: give 1 or more");
            assertThatThrownBy(() -> profiler.threads(-1))
                    .hasMessage("a number of threads must be at least 1, got -1: give 1 or more");
        }
    }

    @Test
    void aTranslatorThatFailsLeavesNothingBehind() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            Translator<float[], float[]> failing = new Numbers() {
                private int calls;

                @Override
                public float[] processOutput(TranslatorContext context, NDList list) {
                    if (++calls > 12) {
                        throw new IllegalStateException("no such class");
                    }
                    return super.processOutput(context, list);
                }
            };
            assertThatThrownBy(() -> Profiler.inference(model, failing)
                            .calls(4)
                            .threads(2)
                            .run(INPUTS))
                    .isInstanceOf(TranslateException.class)
                    .hasStackTraceContaining("no such class");
            assertThat(Profiler.inference(model, new Numbers())
                            .calls(1)
                            .batches()
                            .run(INPUTS)
                            .loads())
                    .isEmpty();
        }
    }
}
