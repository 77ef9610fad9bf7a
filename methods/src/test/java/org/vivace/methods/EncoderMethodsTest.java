package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.Encoder;
import org.vivace.models.MaskedAttention;
import org.vivace.torch.Attention;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** The methods on an encoder, whose attention is masked and sees both ways. */
class EncoderMethodsTest {

    private static final int BATCH = 3;

    @AutoClose
    private final NDManager manager = SmallTraining.seededManager();

    @ParameterizedTest
    @ValueSource(ints = {3, 128, 129, 300})
    void fusedAttentionEqualsPlainAttentionInValuesAndGradients(int time) {
        // Where a text has one position, all queries' gradients add up in it, and so do their roundings.
        heads(time).assertAgrees(this::plain, EncoderMethodsTest::fused, 3e-6);
        heads(time).assertAgrees(this::plain, EncoderMethodsTest::blocked, 3e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 200})
    void fusedAttentionIsAsPreciseAsPlainAttentionUnderAutocast(int time) {
        heads(time).assertAsPreciseInBf16(this::plain, EncoderMethodsTest::fused, 1.5);
    }

    @Test
    void fusedAttentionReplacesEachMaskedAttentionAndPutsItBack() {
        try (Model model = SmallTraining.model(encoder())) {
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
        assertThat(Weights.farthest(weights(new FusedAttention()), plain)).isLessThan(1e-5);
        assertThat(Weights.farthest(weights(new ActivationCheckpointing()), plain))
                .isLessThan(1e-6);
    }

    @Test
    void theRecipeTrainsAsPlainDjlToBf16sPrecision() {
        float[] plain = weights();
        assertThat(Weights.farthest(
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
        assertThat(Weights.farthest(adam(new FusedAdamW()), plain)).isLessThan(2e-5);
    }

    @Test
    void shortSequencesFirstCutsTheTextsAndNotTheLabels() {
        assertThat(Weights.farthest(weights(SequenceLengthWarmup.over(0.5)), weights()))
                .isPositive();
    }

    private static Encoder encoder() {
        return new Encoder(new Encoder.Settings(16, 8, 2, 2, 24, 3));
    }

    private static float[] weights(EfficiencyMethod... methods) {
        SmallTraining.Result outcome = SmallTraining.train(encoder(), EncoderMethodsTest::texts, methods);
        assertThat(outcome.arraysLeft()).isZero();
        return outcome.weights();
    }

    private static float[] adam(EfficiencyMethod... methods) {
        Optimizer optimizer =
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
        try (Model model = SmallTraining.model(encoder())) {
            return SmallTraining.train(model, EncoderMethodsTest::texts, optimizer, methods)
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

    private AttentionHeads heads(int time) {
        return AttentionHeads.random(manager, BATCH, time, 2, 8);
    }

    private NDArray plain(NDList views) {
        NDList inputs = new NDList(views);
        inputs.add(seen(views));
        return new MaskedAttention()
                .forward(new ParameterStore(manager, false), inputs, true)
                .head();
    }

    private static NDArray fused(NDList views) {
        return FusedAttention.attend(views.get(0), views.get(1), views.get(2), seen(views));
    }

    private static NDArray blocked(NDList views) {
        return Attention.blockedMasked(views.get(0), views.get(1), views.get(2), seen(views));
    }

    /** Texts of full, half and one position. */
    private static NDArray seen(NDList views) {
        int time = (int) views.head().getShape().get(2);
        boolean[] seen = new boolean[BATCH * time];
        for (int i = 0; i < seen.length; i++) {
            int length = i < time ? time : i < 2 * time ? time / 2 : 1;
            seen[i] = i % time < length;
        }
        return views.getManager().create(seen, new Shape(BATCH, 1, 1, time));
    }
}
