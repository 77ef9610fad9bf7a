package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.models.Encoder;
import org.vivace.models.MaskedAttention;
import org.vivace.torch.Attention;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** The methods on an encoder, whose attention is masked and sees both ways. */
class EncoderMethodsTest {

    private static final int BATCH = 3;
    private static final int HEADS = 2;
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
        NDArray attend(NDArray q, NDArray k, NDArray v, NDArray seen);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 128, 129, 300})
    void fusedAttentionEqualsPlainAttentionInValuesAndGradients(int time) {
        NDArray heads = heads(time);
        float[][] plain = valuesAndGradient(heads, this::plain, false);
        for (Kernel kernel : List.<Kernel>of(FusedAttention::attend, Attention::blockedMasked)) {
            float[][] fused = valuesAndGradient(heads, kernel, false);
            for (int i = 0; i < 2; i++) {
                // Where a text has one position, all queries' gradients add up in it, and so do their roundings.
                double largest = TestRuns.farthest(plain[i], new float[plain[i].length]);
                assertThat(TestRuns.farthest(fused[i], plain[i])).isLessThan(3e-6 * largest);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 200})
    void fusedAttentionIsAsPreciseAsPlainAttentionUnderAutocast(int time) {
        NDArray heads = heads(time);
        float[][] exact = valuesAndGradient(heads, this::plain, false);
        float[][] plain = valuesAndGradient(heads, this::plain, true);
        float[][] fused = valuesAndGradient(heads, FusedAttention::attend, true);
        for (int i = 0; i < 2; i++) {
            assertThat(TestRuns.distance(fused[i], exact[i]))
                    .isPositive()
                    .isLessThan(1.5 * TestRuns.distance(plain[i], exact[i]));
        }
    }

    @Test
    void fusedAttentionReplacesEachMaskedAttentionAndPutsItBack() {
        try (Model model = TestRuns.model(encoder())) {
            String before = model.getBlock().toString();
            Block attention = attention(model.getBlock());
            assertThat(attention).isInstanceOf(MaskedAttention.class);
            try (Run run = Run.of(model, RunSettings.none(), new FusedAttention())) {
                assertThat(run.model()).isSameAs(model);
                assertThat(attention(model.getBlock())).isNotInstanceOf(MaskedAttention.class);
            }
            assertThat(attention(model.getBlock())).isSameAs(attention);
            assertThat(model.getBlock()).hasToString(before);
        }
    }

    @Test
    void methodsThatChangeNoValuesTrainAsPlainDjl() {
        float[] plain = weights();
        assertThat(TestRuns.farthest(weights(new FusedAttention()), plain)).isLessThan(1e-5);
        assertThat(TestRuns.farthest(weights(new ActivationCheckpointing()), plain))
                .isLessThan(1e-6);
    }

    @Test
    void theRecipeTrainsAsPlainDjlToBf16sPrecision() {
        float[] plain = weights();
        assertThat(TestRuns.farthest(
                        weights(
                                MixedPrecision.bf16(),
                                new LowPrecisionLayerNorm(),
                                new FusedAttention(),
                                new ActivationCheckpointing()),
                        plain))
                .isPositive()
                .isLessThan(1e-2);
    }

    @Test
    void theFusedOptimizerTrainsAsPlainDjl() {
        float[] plain = adam();
        assertThat(TestRuns.farthest(adam(new FusedAdamW()), plain)).isLessThan(2e-5);
    }

    @Test
    void shortSequencesFirstCutsTheTextsAndNotTheLabels() {
        assertThat(TestRuns.farthest(weights(SequenceLengthWarmup.over(0.5)), weights()))
                .isPositive();
    }

    private static Encoder encoder() {
        return new Encoder(new Encoder.Settings(16, 8, 2, 2, 24, 3));
    }

    private static float[] weights(EfficiencyMethod... methods) {
        TestRuns.Outcome outcome = TestRuns.train(encoder(), EncoderMethodsTest::texts, methods);
        assertThat(outcome.arraysLeft()).isZero();
        return outcome.weights();
    }

    private static float[] adam(EfficiencyMethod... methods) {
        Optimizer optimizer =
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
        try (Model model = TestRuns.model(encoder())) {
            return TestRuns.train(model, EncoderMethodsTest::texts, optimizer, methods)
                    .weights();
        }
    }

    /** Texts of 24, 18, 12 and 6 ids below 15, padded with 15. */
    private static Sample texts(NDManager batch) {
        long[] ids = new long[4 * 24];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i % 24 < 24 - i / 24 * 6 ? 7 * i % 15 : 15;
        }
        return new Sample(
                new NDList(batch.create(ids, new Shape(4, 24))), new NDList(batch.create(new long[] {0, 1, 2, 1})));
    }

    /** The block at this place of the first layer. */
    private static Block attention(Block encoder) {
        Block layer = encoder.getChildren().valueAt(2);
        return layer.getChildren().valueAt(1).getChildren().valueAt(1);
    }

    private NDArray plain(NDArray q, NDArray k, NDArray v, NDArray seen) {
        return new MaskedAttention()
                .forward(new ParameterStore(manager, false), new NDList(q, k, v, seen), true)
                .head();
    }

    /** Queries, keys and values as one array, (batch, time, 3 · heads, width), as a model's projection makes them. */
    private NDArray heads(int time) {
        NDArray heads = manager.randomNormal(new Shape(BATCH, time, 3L * HEADS, WIDTH));
        heads.setRequiresGradient(true);
        return heads;
    }

    /** Texts of full, half and one position. */
    private static NDArray seen(NDManager owner, int time) {
        boolean[] seen = new boolean[BATCH * time];
        for (int i = 0; i < seen.length; i++) {
            int length = i < time ? time : i < 2 * time ? time / 2 : 1;
            seen[i] = i % time < length;
        }
        return owner.create(seen, new Shape(BATCH, 1, 1, time));
    }

    private float[][] valuesAndGradient(NDArray heads, Kernel kernel, boolean low) {
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            scope.tempAttachAll(heads);
            NDArray result = low
                    ? MixedPrecision.autocast(Device.cpu(), Precision.BFLOAT16, () -> new NDList(attend(heads, kernel)))
                            .head()
                    : attend(heads, kernel);
            // A gradient that differs from position to position.
            NDArray seed = scope.arange((float) result.size()).mod(7).sub(3).reshape(result.getShape());
            collector.backward(result.mul(seed).sum());
            NDArray gradient = heads.getGradient();
            float[][] both = {result.toType(DataType.FLOAT32, true).toFloatArray(), gradient.toFloatArray()};
            gradient.subi(gradient);
            return both;
        }
    }

    private static NDArray attend(NDArray heads, Kernel kernel) {
        NDList views = new NDList();
        for (NDArray part : heads.split(3, 2)) {
            views.add(part.transpose(0, 2, 1, 3));
        }
        NDArray seen = seen(heads.getManager(), (int) heads.getShape().get(1));
        return kernel.attend(views.get(0), views.get(1), views.get(2), seen);
    }
}
