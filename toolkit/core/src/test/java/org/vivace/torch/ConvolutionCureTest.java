package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.recurrent.RNN;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vivace.torch.ArithmeticProbes.Convolved;
import org.vivace.torch.ConvolutionCure.Plan;
import org.vivace.torch.ConvolutionCure.Plan.Layout;

/** The cures are right on healthy machines, too, so they are tried on all. */
class ConvolutionCureTest extends TorchTest {

    @BeforeAll
    static void install() {
        ArithmeticProbes.load();
        ConvolutionCure.install();
        LstmCure.install();
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            inputs, outputs, kernel, groups, stride
            1, 1, 1x1, 1, 1
            1, 16, 3x3, 1, 1
            3, 17, 1x1, 1, 1
            7, 3, 3x3, 1, 1
            8, 33, 1x1, 1, 1
            24, 24, 3x3, 1, 1
            33, 40, 5x5, 1, 1
            32, 48, 3x3, 1, 1
            24, 33, 3x3, 1, 2
            24, 24, 3x3, 24, 1
            24, 24, 3x3, 24, 2
            3, 9, 3x3, 3, 2
            20, 20, 3x3, 4, 1
            1, 24, 3, 1, 1
            20, 33, 1, 1, 2
            5, 24, 3x3x3, 1, 1
            20, 7, 1x1x1, 1, 1
            """)
    void outputsAndGradientsAgreeWithFp64(long inputs, long outputs, String kernel, int groups, long stride) {
        long[] sides =
                Arrays.stream(kernel.split("x", -1)).mapToLong(Long::parseLong).toArray();
        Convolved shape = new Convolved(inputs, outputs, sides, groups, stride);
        assertThat(ArithmeticProbes.convolution(shape, Precision.FLOAT32)).isLessThan(ArithmeticProbes.FP32);
        assertThat(ArithmeticProbes.convolution(shape, Precision.BFLOAT16)).isLessThan(ArithmeticProbes.HALF);
    }

    @Test
    void channelsThatFillBlocksAreLeftAlone() {
        assertThat(Plan.of(new long[] {32, 16, 3, 3}, 1, true, true)).isEqualTo(new Plan(Layout.AS_IS, 0, 0, false));
        assertThat(Plan.of(new long[] {64, 32, 3, 3}, 2, true, true)).isEqualTo(new Plan(Layout.AS_IS, 0, 0, false));
    }

    @Test
    void othersAreLaidOutAndFilledUp() {
        assertThat(Plan.of(new long[] {24, 20, 3, 3}, 1, false, false)).isEqualTo(new Plan(Layout.LAST, 0, 0, false));
        assertThat(Plan.of(new long[] {24, 1, 3, 3}, 1, false, false)).isEqualTo(new Plan(Layout.LAST, 1, 0, false));
        assertThat(Plan.of(new long[] {33, 20, 1, 1}, 1, false, false)).isEqualTo(new Plan(Layout.LAST, 0, 15, false));
        assertThat(Plan.of(new long[] {5, 3, 3, 3}, 1, true, false)).isEqualTo(new Plan(Layout.LAST, 1, 1, false));
        assertThat(Plan.of(new long[] {24, 1, 3, 3}, 24, true, false)).isEqualTo(new Plan(Layout.AS_IS, 0, 0, false));
        assertThat(Plan.of(new long[] {24, 1, 3, 3}, 24, true, true)).isEqualTo(new Plan(Layout.FIRST, 0, 0, true));
        assertThat(Plan.of(new long[] {9, 1, 3, 3}, 3, false, false)).isEqualTo(new Plan(Layout.FIRST, 0, 0, false));
    }

    @Test
    void plantedNumbersComeOutByHand() {
        NDArray ones = manager.ones(new Shape(2, 24, 4, 4));
        NDArray weight = manager.ones(new Shape(5, 24, 3, 3));
        NDArray sums = Conv2d.conv2d(ones, weight, null, new Shape(1, 1), new Shape(1, 1))
                .head();
        assertThat(sums.getShape()).isEqualTo(new Shape(2, 5, 4, 4));
        assertThat(sums.getFloat(1, 4, 1, 1)).isEqualTo(216);
        assertThat(sums.getFloat(1, 4, 0, 0)).isEqualTo(96);
    }

    @Test
    void errorsAreDjlsOwn() {
        NDArray images = manager.ones(new Shape(2, 24, 4, 4));
        NDArray weight = manager.ones(new Shape(5, 20, 3, 3));
        assertThatThrownBy(() -> Conv2d.conv2d(images, weight))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("expected input[2, 24, 4, 4] to have 20 channels, but got 24 channels instead");
    }

    @Test
    void leavesNoTensorBehind() {
        NDArray images = manager.ones(new Shape(3, 20, 8, 8));
        NDArray weight = manager.ones(new Shape(33, 20, 1, 1));
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 3; i++) {
            Conv2d.conv2d(images, weight).close();
        }
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void anLstmOutsideOfRecordingHasNoHistory() {
        NDList results = lstm(manager.ones(new Shape(2, 3, 5)), DataType.FLOAT32);
        assertThat(results).hasSize(3);
        assertThat(results).noneMatch(Autograd::reaches);
        NDArray wide = lstm(manager.ones(new Shape(2, 3, 5), DataType.FLOAT64), DataType.FLOAT64)
                .head();
        assertThat(worst(wide.toDoubleArray(), doubles(results.head()))).isLessThan(1e-6);
    }

    @Test
    void anLstmUnderAutocastIsDoneInFp32() {
        NDArray x = manager.ones(new Shape(2, 3, 5));
        double[] plain = doubles(lstm(x, DataType.FLOAT32).head());
        for (Precision precision : new Precision[] {Precision.BFLOAT16, Precision.FLOAT16}) {
            try (Autocast scope = Autocast.enter(Device.cpu(), precision)) {
                NDArray low = lstm(Cast.to(x, precision), DataType.FLOAT32).head();
                assertThat(Precision.of(low)).isEqualTo(Precision.FLOAT32);
                assertThat(worst(plain, doubles(low))).isLessThan(1e-6);
            }
        }
    }

    @Test
    void gatedUnitsUnderAutocastAreCloseToFp32() {
        NDArray x = array(manager, 1, 2, 3, 5);
        NDArray state = manager.zeros(new Shape(1, 2, 7));
        for (boolean gru : new boolean[] {true, false}) {
            NDList weights = weights(gru ? 3 : 1, DataType.FLOAT32);
            double[] plain = doubles(gated(gru, x, state, weights));
            try (Autocast scope = Autocast.enter(Device.cpu(), Precision.BFLOAT16)) {
                NDArray low = Cast.toFloat32(new NDList(gated(gru, x, state, weights)))
                        .head();
                assertThat(worst(plain, doubles(low))).as(gru ? "GRU" : "RNN").isLessThan(0.03);
            }
        }
    }

    private NDArray gated(boolean gru, NDArray x, NDArray state, NDList weights) {
        return (gru
                        ? x.getNDArrayInternal().gru(x, state, weights, true, 1, 0, false, false, true)
                        : x.getNDArrayInternal()
                                .rnn(x, state, weights, true, 1, RNN.Activation.TANH, 0, false, false, true))
                .head();
    }

    private NDList lstm(NDArray x, DataType type) {
        NDArray state = manager.zeros(new Shape(1, 2, 7), type);
        try (GradMode off = GradMode.off()) {
            return x.getNDArrayInternal()
                    .lstm(x, new NDList(state, state), weights(4, type), true, 1, 0, false, false, true);
        }
    }

    /** Of 5 inputs and 7 units. */
    private NDList weights(int gates, DataType type) {
        NDList weights = new NDList(
                array(manager, 1, gates * 7L, 5),
                array(manager, 2, gates * 7L, 7),
                array(manager, 3, gates * 7L),
                array(manager, 4, gates * 7L));
        NDList typed = new NDList();
        for (NDArray weight : weights) {
            NDArray leaf = weight.toType(type, false);
            leaf.setRequiresGradient(true);
            typed.add(leaf);
        }
        return typed;
    }
}
