package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class ChannelsLastTest {

    private static final double TOLERANCE = 2e-4;

    @AutoClose
    private final NDManager manager = SmallTraining.seededManager();

    @Test
    void laysOutImagesAndLeavesTheRest() {
        NDArray images = manager.arange(2f * 3 * 4 * 4).reshape(2, 3, 4, 4);
        images.setName("images");
        NDArray table = manager.ones(new Shape(2, 3));
        NDList result = ChannelsLast.layOut(new NDList(images, table));
        assertThat(MemoryFormat.CHANNELS_LAST.holds(result.get(0))).isTrue();
        assertThat(MemoryFormat.CHANNELS_LAST.holds(images)).isFalse();
        assertThat(result.get(0).getName()).isEqualTo("images");
        assertThat(result.get(0).getManager()).isSameAs(manager);
        assertThat(result.get(0).toFloatArray()).isEqualTo(images.toFloatArray());
        assertThat(result.get(1)).isSameAs(table);
    }

    @Test
    void laysOutAWeightWithItsGradient() {
        NDArray weight = manager.randomNormal(new Shape(4, 3, 3, 3));
        weight.setRequiresGradient(true);
        float[] values = weight.toFloatArray();
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(weight.mul(weight).sum());
        }
        for (MemoryFormat format : List.of(MemoryFormat.CHANNELS_LAST, MemoryFormat.CONTIGUOUS)) {
            format.applyTo(weight);
            NDArray gradient = weight.getGradient();
            assertThat(format.holds(weight)).isTrue();
            assertThat(format.holds(gradient)).isTrue();
            assertThat(weight.toFloatArray()).isEqualTo(values);
            for (int i = 0; i < values.length; i++) {
                assertThat(gradient.toFloatArray()[i]).isEqualTo(2 * values[i]);
            }
        }
    }

    @Test
    void everyActivationOfAResNetKeepsTheLayout() {
        Block net = net();
        net.initialize(manager, DataType.FLOAT32, new Shape(4, 3, 8, 8));
        NDList x = ChannelsLast.layOut(images(manager).data());
        ParameterStore store = new ParameterStore(manager, false);
        try (Model model = SmallTraining.model(net)) {
            List<Boolean> laidOut = new ArrayList<>();
            EfficiencyMethod watch = GivenMethod.watching(sample ->
                    laidOut.add(MemoryFormat.CHANNELS_LAST.holds(sample.data().head())));
            try (Run run = Run.of(model, RunSettings.none(), new ChannelsLast(), watch)) {
                run.step(
                        new Sample(x, images(manager).labels()),
                        data -> net.forward(store, data, true),
                        loss(),
                        () -> {});
                assertThat(laidOut).containsExactly(true);
                NDList activation = x;
                for (Block child : net.getChildren().values().subList(0, 9)) {
                    activation = child.forward(store, activation, true);
                    assertThat(MemoryFormat.CHANNELS_LAST.holds(activation.head()))
                            .as(child.getClass().getSimpleName())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void weightsAreContiguousAfterTheRunAndSavedAsEver() throws IOException {
        Block net = net();
        try (Model model = SmallTraining.model(net)) {
            byte[] during = new byte[0];
            net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 3, 8, 8));
            byte[] before = SmallTraining.saved(net);
            NDArray weight = net.getParameters().valueAt(0).getArray();
            ParameterStore store = new ParameterStore(manager, false);
            try (Run run = Run.of(model, RunSettings.none(), new ChannelsLast())) {
                net.freezeParameters(true); // so that the step changes nothing
                net.getParameters().valueAt(0).freeze(false);
                Sample sample = images(manager);
                run.step(sample, data -> net.forward(store, data, false), loss(), () -> {});
                assertThat(MemoryFormat.CHANNELS_LAST.holds(weight)).isTrue();
                during = SmallTraining.saved(net);
            }
            assertThat(MemoryFormat.CONTIGUOUS.holds(weight)).isTrue();
            assertThat(during).isEqualTo(before);
            assertThat(SmallTraining.saved(net)).isEqualTo(before);
        }
    }

    @Test
    void trainsAsTheContiguousLayoutDoesInDjlsLoop() {
        ChannelsLast method = new ChannelsLast();
        float[] plain = SmallTraining.train(net(), ChannelsLastTest::images).weights();
        SmallTraining.Result first = SmallTraining.train(net(), ChannelsLastTest::images, method);
        SmallTraining.Result second = SmallTraining.train(net(), ChannelsLastTest::images, method);
        assertThat(Weights.farthest(first.weights(), plain)).isLessThan(TOLERANCE);
        assertThat(second.weights()).isEqualTo(first.weights());
        assertThat(first.arraysLeft()).isZero();
    }

    @Test
    void aFusedOptimizerSeesWeightsGradientsAndStateAlikeInEveryRun() {
        float[] expected = twoRuns(false);
        assertThat(Weights.farthest(twoRuns(true), expected)).isLessThan(TOLERANCE);
    }

    /** The second run finds gradients that the first one has left. */
    private static float[] twoRuns(boolean alternating) {
        try (Model model = SmallTraining.model(net())) {
            EfficiencyMethod[] plain = {new FusedSgd()};
            EfficiencyMethod[] last = {new FusedSgd(), new ChannelsLast()};
            SmallTraining.train(model, ChannelsLastTest::images, SmallTraining.sgd(0.1, 0.5, 0), plain);
            SmallTraining.train(
                    model, ChannelsLastTest::images, SmallTraining.sgd(0.1, 0.5, 0), alternating ? last : plain);
            return SmallTraining.train(model, ChannelsLastTest::images, SmallTraining.sgd(0.1, 0.5, 0), plain)
                    .weights();
        }
    }

    @Test
    void isNoFurtherFromFp32UnderMixedPrecision() {
        float[] exact = SmallTraining.train(net(), ChannelsLastTest::images).weights();
        float[] low = SmallTraining.train(net(), ChannelsLastTest::images, MixedPrecision.bf16())
                .weights();
        SmallTraining.Result both =
                SmallTraining.train(net(), ChannelsLastTest::images, MixedPrecision.bf16(), new ChannelsLast());
        assertThat(Weights.distance(both.weights(), exact)).isPositive().isLessThan(2 * Weights.distance(low, exact));
        assertThat(both.arraysLeft()).isZero();
    }

    @Test
    void findsAConvolutionThatIsTheWholeModel() {
        Conv2d conv =
                Conv2d.builder().setFilters(4).setKernelShape(new Shape(3, 3)).build();
        try (Model model = SmallTraining.model(conv)) {
            Run.of(model, RunSettings.none(), new ChannelsLast()).close();
        }
    }

    @Test
    void refusesAModelWithoutConvolutions() {
        SequentialBlock block =
                new SequentialBlock().add(Linear.builder().setUnits(1).build());
        String looked =
                "ChannelsLast looked for 2-d convolutions (ai.djl.nn.convolutional.Conv2d) in the model and found"
                        + " only 1 Linear";
        try (Model model = SmallTraining.model(block)) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new ChannelsLast()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(looked + ": drop the method, or make the run lenient to go on without it");
            try (Run run = Run.of(model, RunSettings.none().lenient(), new ChannelsLast())) {
                assertThat(run.log()).containsExactly(looked + "; the run goes on without it");
            }
        }
    }

    private static Block net() {
        return new ResNet9(new ResNet9.Settings(4, 3, 3));
    }

    private static TokenLoss loss() {
        return new TokenLoss();
    }

    private static Sample images(NDManager owner) {
        NDArray values = owner.arange(4f * 3 * 8 * 8).mul(0.37f).sin().reshape(4, 3, 8, 8);
        return new Sample(new NDList(values), new NDList(owner.create(new long[] {0, 1, 2, 1})));
    }
}
