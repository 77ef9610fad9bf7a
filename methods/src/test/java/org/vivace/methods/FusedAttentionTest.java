package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.CausalAttention;
import org.vivace.torch.Attention;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class FusedAttentionTest {

    private static final List<Function<NDList, NDArray>> KERNELS =
            List.of(FusedAttentionTest::fused, FusedAttentionTest::blocked);

    @AutoClose
    private final NDManager manager = SmallTraining.seededManager();

    @Test
    void weighsByHand() {
        Shape shape = new Shape(1, 1, 2, 1);
        NDArray q = manager.create(new float[] {1, 1}, shape);
        NDArray k = manager.create(new float[] {0, (float) Math.log(3)}, shape);
        NDArray v = manager.create(new float[] {1, 5}, shape);
        // The first position sees itself; the second weighs the two 1 : 3.
        for (Function<NDList, NDArray> kernel : KERNELS) {
            float[] result = kernel.apply(new NDList(q, k, v)).toFloatArray();
            assertThat(result[0]).isEqualTo(1);
            assertThat(result[1]).isCloseTo(4, within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 200})
    void isAsPreciseAsPlainAttentionUnderAutocast(int time) {
        heads(time).assertAsPreciseInBf16(this::plain, FusedAttentionTest::fused, 1.2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 128, 129, 300})
    void equalsPlainAttentionInValuesAndGradients(int time) {
        for (Function<NDList, NDArray> kernel : KERNELS) {
            heads(time).assertAgrees(this::plain, kernel, 3e-6);
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
        try (Model model = SmallTraining.model(SmallTraining.gpt(0.3))) {
            Block block = model.getBlock();
            List<String> before = names(block);
            try (Run run = Run.of(model, RunSettings.none(), new FusedAttention())) {
                assertThat(run.model()).isSameAs(model);
                assertThat(kinds(block)).doesNotContain("CausalAttention");
                block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
                assertThat(block.getParameters().keys()).hasSize(before.size());
                byte[] during = SmallTraining.saved(block);
                run.close();
                assertThat(kinds(block)).contains("CausalAttention");
                assertThat(SmallTraining.saved(block)).isEqualTo(during);
            }
            assertThat(names(block)).isEqualTo(before);
        }
    }

    @Test
    void dropsInTrainingOnly() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0.5))) {
            Block block = model.getBlock();
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
            ParameterStore store = new ParameterStore(manager, false);
            NDList ids = SmallTraining.tokens(manager).data();
            float[] plain = block.forward(store, ids, false).head().toFloatArray();
            try (Run run = Run.of(model, RunSettings.none(), new FusedAttention())) {
                assertThat(run.recipe().methods()).hasSize(1);
                assertThat(Weights.farthest(
                                block.forward(store, ids, false).head().toFloatArray(), plain))
                        .isLessThan(1e-5);
            }
        }
    }

    @Test
    void trainsAsPlainAttentionDoesInDjlsLoop() {
        FusedAttention method = new FusedAttention();
        float[] plain =
                SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens).weights();
        SmallTraining.Result first = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, method);
        SmallTraining.Result second = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, method);
        assertThat(Weights.farthest(first.weights(), plain)).isLessThan(1e-5);
        assertThat(second.weights()).isEqualTo(first.weights());
        assertThat(first.arraysLeft()).isZero();
    }

    @Test
    void trainsUnderMixedPrecision() {
        float[] plain =
                SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens).weights();
        SmallTraining.Result low = SmallTraining.train(
                SmallTraining.gpt(0), SmallTraining::tokens, MixedPrecision.bf16(), new FusedAttention());
        assertThat(Weights.farthest(low.weights(), plain)).isLessThan(1e-2);
        assertThat(low.arraysLeft()).isZero();
    }

    @Test
    void refusesAModelWithoutAttention() {
        SequentialBlock block =
                new SequentialBlock().add(Linear.builder().setUnits(1).build());
        try (Model model = SmallTraining.model(block)) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new FusedAttention()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("FusedAttention looked for causal or masked attention"
                            + " (org.vivace.models.CausalAttention, MaskedAttention) in the model and found only 1 Linear: drop the method, or make the run lenient to go on without"
                            + " it");
        }
    }

    private AttentionHeads heads(int time) {
        return AttentionHeads.random(manager, 2, time, 3, 8);
    }

    private NDArray plain(NDList views) {
        return new CausalAttention(0)
                .forward(new ParameterStore(manager, false), views, true)
                .head();
    }

    private static NDArray fused(NDList views) {
        return FusedAttention.attend(views.get(0), views.get(1), views.get(2), 0);
    }

    private static NDArray blocked(NDList views) {
        return Attention.blocked(views.get(0), views.get(1), views.get(2), 0);
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
}
