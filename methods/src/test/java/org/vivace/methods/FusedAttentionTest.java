package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.models.CausalAttention;
import org.vivace.torch.Attention;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class FusedAttentionTest {

    private static final int BATCH = 2;
    private static final int HEADS = 3;
    private static final int WIDTH = 8;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        Engine.getEngine("PyTorch").setRandomSeed(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private interface Kernel {
        NDArray attend(NDArray q, NDArray k, NDArray v);
    }

    @Test
    void weighsByHand() {
        Shape shape = new Shape(1, 1, 2, 1);
        NDArray q = manager.create(new float[] {1, 1}, shape);
        NDArray k = manager.create(new float[] {0, (float) Math.log(3)}, shape);
        NDArray v = manager.create(new float[] {1, 5}, shape);
        // The first position sees itself; the second weighs the two 1 : 3.
        for (Kernel kernel : kernels()) {
            float[] result = kernel.attend(q, k, v).toFloatArray();
            assertThat(result[0]).isEqualTo(1);
            assertThat(result[1]).isCloseTo(4, within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 128, 129, 300})
    void equalsPlainAttentionInValuesAndGradients(int time) {
        NDArray heads = heads(time);
        float[][] plain = valuesAndGradient(heads, this::plain, false);
        for (Kernel kernel : kernels()) {
            float[][] fused = valuesAndGradient(heads, kernel, false);
            for (int i = 0; i < 2; i++) {
                assertThat(TestRuns.farthest(fused[i], plain[i])).isLessThan(1e-5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 200})
    void isAsPreciseAsPlainAttentionUnderAutocast(int time) {
        NDArray heads = heads(time);
        float[][] exact = valuesAndGradient(heads, this::plain, false);
        float[][] plain = valuesAndGradient(heads, this::plain, true);
        float[][] fused = valuesAndGradient(heads, (q, k, v) -> FusedAttention.attend(q, k, v, 0), true);
        for (int i = 0; i < 2; i++) {
            assertThat(TestRuns.distance(fused[i], exact[i]))
                    .isPositive()
                    .isLessThan(1.2 * TestRuns.distance(plain[i], exact[i]));
        }
    }

    @Test
    void takesAutocastsPrecisionWhateverItIsGiven() {
        NDArray q = manager.randomNormal(new Shape(1, 1, 4, 8));
        try (Autocast scope = Autocast.enter(Device.cpu(), Precision.BFLOAT16)) {
            assertThat(Precision.of(FusedAttention.attend(q, q, q, 0))).isEqualTo(Precision.BFLOAT16);
        }
        assertThat(Precision.of(FusedAttention.attend(q, q, q, 0))).isEqualTo(Precision.FLOAT32);
    }

    @Test
    void dropsAttentionWeightsAndScalesTheRest() {
        Shape shape = new Shape(4, 4, 64, 8);
        NDArray zeros = manager.zeros(shape);
        NDArray ones = manager.ones(shape);
        for (Precision precision : new Precision[] {Precision.FLOAT32, Precision.BFLOAT16}) {
            NDArray result = Cast.to(
                    FusedAttention.attend(
                            Cast.to(zeros, precision), Cast.to(zeros, precision), Cast.to(ones, precision), 0.5),
                    Precision.FLOAT32);
            assertThat(result.mean().getFloat()).isCloseTo(1, within(0.1f));
            // The first position has one weight only: it is dropped, or doubled.
            for (float first : result.get(":, :, 0").toFloatArray()) {
                assertThat(first).isIn(0f, 2f);
            }
        }
        assertThatThrownBy(() -> FusedAttention.attend(zeros, zeros, ones, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention: expected a dropout probability in [0, 1), got 1.0");
    }

    @Test
    void replacesEachCausalAttentionAndPutsItBack() throws IOException {
        try (Model model = TestRuns.model(TestRuns.gpt(0.3))) {
            Block block = model.getBlock();
            List<String> before = names(block);
            try (Run run = Run.of(model, RunSettings.none(), new FusedAttention())) {
                assertThat(run.model()).isSameAs(model);
                assertThat(kinds(block)).contains("Fused").doesNotContain("CausalAttention");
                block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
                assertThat(block.getParameters().keys()).hasSize(before.size());
                byte[] during = saved(block);
                run.close();
                assertThat(kinds(block)).contains("CausalAttention").doesNotContain("Fused");
                assertThat(saved(block)).isEqualTo(during);
            }
            assertThat(names(block)).isEqualTo(before);
        }
    }

    @Test
    void dropsInTrainingOnly() {
        try (Model model = TestRuns.model(TestRuns.gpt(0.5))) {
            Block block = model.getBlock();
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
            ParameterStore store = new ParameterStore(manager, false);
            NDList ids = TestRuns.tokens(manager).data();
            float[] plain = block.forward(store, ids, false).head().toFloatArray();
            try (Run run = Run.of(model, RunSettings.none(), new FusedAttention())) {
                assertThat(run.recipe().methods()).hasSize(1);
                assertThat(TestRuns.farthest(
                                block.forward(store, ids, false).head().toFloatArray(), plain))
                        .isLessThan(1e-5);
            }
        }
    }

    @Test
    void trainsAsPlainAttentionDoesInDjlsLoop() {
        FusedAttention method = new FusedAttention();
        float[] plain = TestRuns.train(TestRuns.gpt(0), TestRuns::tokens).weights();
        TestRuns.Outcome first = TestRuns.train(TestRuns.gpt(0), TestRuns::tokens, method);
        TestRuns.Outcome second = TestRuns.train(TestRuns.gpt(0), TestRuns::tokens, method);
        assertThat(TestRuns.farthest(first.weights(), plain)).isLessThan(1e-5);
        assertThat(second.weights()).isEqualTo(first.weights());
        assertThat(first.arraysLeft()).isZero();
    }

    @Test
    void trainsUnderMixedPrecision() {
        float[] plain = TestRuns.train(TestRuns.gpt(0), TestRuns::tokens).weights();
        TestRuns.Outcome low =
                TestRuns.train(TestRuns.gpt(0), TestRuns::tokens, MixedPrecision.bf16(), new FusedAttention());
        assertThat(TestRuns.farthest(low.weights(), plain)).isLessThan(1e-2);
        assertThat(low.arraysLeft()).isZero();
    }

    @Test
    void refusesAModelWithoutAttention() {
        SequentialBlock block =
                new SequentialBlock().add(Linear.builder().setUnits(1).build());
        try (Model model = TestRuns.model(block)) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new FusedAttention()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("FusedAttention looked for causal or masked attention"
                            + " (org.vivace.models.CausalAttention, MaskedAttention) in the model and found only 1 Linear: drop the method, or make the run lenient to go on without"
                            + " it");
        }
    }

    private static List<Kernel> kernels() {
        return List.of((q, k, v) -> FusedAttention.attend(q, k, v, 0), (q, k, v) -> Attention.blocked(q, k, v, 0));
    }

    private NDArray plain(NDArray q, NDArray k, NDArray v) {
        return new CausalAttention(0)
                .forward(new ParameterStore(manager, false), new NDList(q, k, v), true)
                .head();
    }

    /** Queries, keys and values as one array, (batch, time, 3 · heads, width), as a model's projection makes them. */
    private NDArray heads(int time) {
        NDArray heads = manager.randomNormal(new Shape(BATCH, time, 3L * HEADS, WIDTH));
        heads.setRequiresGradient(true);
        return heads;
    }

    private float[][] valuesAndGradient(NDArray heads, Kernel kernel, boolean low) {
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            scope.tempAttachAll(heads);
            NDArray result = low
                    ? MixedPrecision.autocast(
                                    Device.cpu(), Precision.BFLOAT16, () -> new NDList(attend(heads, kernel, low)))
                            .head()
                    : attend(heads, kernel, low);
            // A gradient that differs from position to position.
            NDArray seed = scope.arange((float) result.size()).mod(7).sub(3).reshape(result.getShape());
            collector.backward(result.mul(seed).sum());
            NDArray gradient = heads.getGradient();
            float[][] both = {result.toFloatArray(), gradient.toFloatArray()};
            gradient.subi(gradient);
            return both;
        }
    }

    private static NDArray attend(NDArray heads, Kernel kernel, boolean low) {
        List<NDArray> views = new ArrayList<>();
        NDArray used = low ? Cast.to(heads, Precision.BFLOAT16) : heads;
        for (NDArray part : used.split(3, 2)) {
            views.add(part.transpose(0, 2, 1, 3));
        }
        return kernel.attend(views.get(0), views.get(1), views.get(2));
    }

    private static List<String> names(Block block) {
        return block.getParameters().keys();
    }

    private static List<String> kinds(Block block) {
        List<String> kinds = new ArrayList<>();
        block.getChildren().values().forEach(child -> {
            kinds.add(child.getClass().getSimpleName());
            kinds.addAll(kinds(child));
        });
        return kinds;
    }

    private static byte[] saved(Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
