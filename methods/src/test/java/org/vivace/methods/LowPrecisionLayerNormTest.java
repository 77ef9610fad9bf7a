package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class LowPrecisionLayerNormTest {

    private static final EfficiencyMethod[] RECIPE = {MixedPrecision.bf16(), new LowPrecisionLayerNorm()};
    private static final float BF16 = 1f / 128;

    @AutoClose
    private final NDManager manager = SmallTraining.seededManager();

    @Test
    void normalizesByHandInAutocastsPrecision() {
        NDArray x = manager.create(new float[] {1, 3, 10, 10, 10, 14}, new Shape(3, 2));
        NDArray gamma = manager.create(new float[] {1, 2});
        NDArray beta = manager.create(new float[] {0, 1});
        // Each row is -1, 1 after the norm, or 0, 0 where it is constant.
        float[] expected = {-1, 3, 0, 1, -1, 3};
        NDArray outside = LowPrecisionLayerNorm.normalize(x, gamma, beta, 1e-9);
        assertThat(Precision.of(outside)).isEqualTo(Precision.FLOAT32);
        assertThat(outside.toFloatArray()).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
        for (Precision precision : new Precision[] {Precision.BFLOAT16, Precision.FLOAT16}) {
            try (Autocast scope = Autocast.enter(Device.cpu(), precision)) {
                NDArray inside = LowPrecisionLayerNorm.normalize(x, gamma, beta, 1e-9);
                assertThat(Precision.of(inside)).isEqualTo(precision);
                assertThat(Cast.to(inside, Precision.FLOAT32).toFloatArray())
                        .usingComparatorWithPrecision(2 * BF16)
                        .containsExactly(expected);
            }
        }
    }

    @Test
    void isDjlsNormBitForBitOutsideOfAutocast() {
        NDArray x = manager.randomNormal(new Shape(4, 5, 24));
        NDArray gamma = manager.randomNormal(new Shape(24));
        NDArray beta = manager.randomNormal(new Shape(24));
        assertThat(LowPrecisionLayerNorm.normalize(x, gamma, beta, 1e-5).toFloatArray())
                .isEqualTo(LayerNorm.layerNorm(x, new Shape(24), gamma, beta, 1e-5f)
                        .head()
                        .toFloatArray());
    }

    @Test
    void gradientsAgreeWithFp32() {
        NDArray x = manager.randomNormal(new Shape(6, 24));
        NDArray gamma = manager.randomNormal(new Shape(24));
        NDArray beta = manager.randomNormal(new Shape(24));
        NDArray seed = manager.randomUniform(-1, 1, new Shape(6, 24));
        List<NDArray> leaves = List.of(x, gamma, beta);
        leaves.forEach(leaf -> leaf.setRequiresGradient(true));
        float[][] exact = new float[3][];
        for (boolean low : new boolean[] {false, true}) {
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray result;
                if (low) {
                    try (Autocast scope = Autocast.enter(Device.cpu(), Precision.BFLOAT16)) {
                        result = Cast.to(LowPrecisionLayerNorm.normalize(x, gamma, beta, 1e-5), Precision.FLOAT32);
                    }
                } else {
                    result = LowPrecisionLayerNorm.normalize(x, gamma, beta, 1e-5);
                }
                collector.backward(result.mul(seed).sum());
            }
            for (int i = 0; i < 3; i++) {
                NDArray gradient = leaves.get(i).getGradient();
                if (low) {
                    assertThat(gradient.toFloatArray())
                            .usingComparatorWithPrecision(8 * BF16)
                            .containsExactly(exact[i]);
                } else {
                    exact[i] = gradient.toFloatArray();
                    gradient.subi(gradient);
                }
            }
        }
    }

    @Test
    void holdsTheSameParametersUnderTheSameNames() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0))) {
            Block block = model.getBlock();
            PairList<String, Parameter> before = block.getParameters();
            try (Run run = Run.of(model, RunSettings.none(), RECIPE)) {
                assertThat(run.log()).isEmpty();
                assertThat(norms(block)).doesNotContain(LayerNorm.class);
                PairList<String, Parameter> during = block.getParameters();
                assertThat(during.keys()).isEqualTo(before.keys());
                for (int i = 0; i < before.size(); i++) {
                    assertThat(during.valueAt(i)).isSameAs(before.valueAt(i));
                }
            }
            assertThat(norms(block)).hasSize(5).containsOnly(LayerNorm.class);
        }
    }

    @Test
    void whatIsSavedDuringTheRunLoadsIntoAPlainModel() throws IOException, MalformedModelException {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0))) {
            Block block = model.getBlock();
            byte[] during;
            try (Run run = Run.of(model, RunSettings.none(), RECIPE)) {
                block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
                during = SmallTraining.saved(block);
                assertThat(run.parameters()).isNotEmpty();
            }
            assertThat(SmallTraining.saved(block)).isEqualTo(during);
            NDList ids = SmallTraining.tokens(manager).data();
            ParameterStore store = new ParameterStore(manager, false);
            float[] expected = block.forward(store, ids, false).head().toFloatArray();

            Block plain = SmallTraining.gpt(0);
            plain.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(during)));
            assertThat(plain.forward(store, ids, false).head().toFloatArray()).isEqualTo(expected);

            try (Model other = SmallTraining.model(SmallTraining.gpt(0));
                    Run run = Run.of(other, RunSettings.none(), RECIPE)) {
                assertThat(run.log()).isEmpty();
                Block operated = other.getBlock();
                operated.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(during)));
                assertThat(operated.forward(store, ids, false).head().toFloatArray())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void keepsEpsilonAndReachesNormsInFields() {
        NormInAField block = new NormInAField();
        block.initialize(manager, DataType.FLOAT32, new Shape(2, 2));
        NDList x = new NDList(manager.create(new float[] {1, 3, 2, 2}, new Shape(2, 2)));
        ParameterStore store = new ParameterStore(manager, false);
        try (Model model = SmallTraining.model(block);
                Run run = Run.of(model, RunSettings.none(), RECIPE)) {
            assertThat(run.log()).isEmpty();
            try (Autocast scope = Autocast.enter(Device.cpu(), Precision.BFLOAT16)) {
                NDArray result = block.forward(store, x, true).head();
                assertThat(Precision.of(result)).isEqualTo(Precision.BFLOAT16);
                // Variance 1 and epsilon 3: divided by 2.
                assertThat(Cast.to(result, Precision.FLOAT32).toFloatArray()).containsExactly(-0.5f, 0.5f, 0, 0);
            }
        }
        assertThat(block.norm.getClass()).isEqualTo(LayerNorm.class);
        assertThat(block.forward(store, x, true).head().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(-0.5f, 0.5f, 0f, 0f);
    }

    @Test
    void trainsCloseToFp32NormsInDjlsLoop() {
        float[] without = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, MixedPrecision.bf16())
                .weights();
        SmallTraining.Result first = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, RECIPE);
        SmallTraining.Result second = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, RECIPE);
        assertThat(Weights.farthest(first.weights(), without)).isLessThan(1e-2);
        assertThat(first.weights()).isNotEqualTo(without);
        assertThat(second.weights()).isEqualTo(first.weights());
        assertThat(first.arraysLeft()).isZero();
    }

    @Test
    void refusesARecipeWithoutAutocast() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0))) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new LowPrecisionLayerNorm()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("LowPrecisionLayerNorm needs autocast, because its norms take their precision from"
                            + " there, and without it nothing would change; found LowPrecisionLayerNorm: add a method"
                            + " that provides it or drop LowPrecisionLayerNorm");
        }
    }

    @Test
    void refusesAModelWithoutLayerNorms() {
        SequentialBlock block =
                new SequentialBlock().add(Linear.builder().setUnits(1).build());
        try (Model model = SmallTraining.model(block)) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), RECIPE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("LowPrecisionLayerNorm looked for layer norms (ai.djl.nn.norm.LayerNorm) in the model"
                            + " and found only 1 Linear: drop the method, or make the run lenient to go on without it");
        }
    }

    private static List<Class<?>> norms(Block block) {
        List<Class<?>> found = new ArrayList<>();
        for (Block child : block.getChildren().values()) {
            if (child instanceof LayerNorm) {
                found.add(child.getClass());
            }
            found.addAll(norms(child));
        }
        return found;
    }

    /** As many of DJL's own blocks do it. */
    private static final class NormInAField extends AbstractBlock {

        private LayerNorm norm =
                addChildBlock("norm", LayerNorm.builder().axis(1).optEpsilon(3).build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            return norm.forward(store, inputs, training, params);
        }

        @Override
        protected void initializeChildBlocks(NDManager owner, DataType dataType, Shape... inputShapes) {
            norm.initialize(owner, dataType, inputShapes);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }
}
