package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.contract.Cuda;

class NormsTest extends TorchTest {

    private static final double EPS = 1e-5;

    /** Normalizes each run of {@code length} values in fp64; value i of a run is scaled by weight[channel(i)]. */
    private static double[] reference(
            double[] x, int length, double[] weight, double[] bias, IntUnaryOperator channel) {
        double[] out = new double[x.length];
        for (int start = 0; start < x.length; start += length) {
            double mean = 0;
            double variance = 0;
            for (int i = start; i < start + length; i++) {
                mean += x[i] / length;
            }
            for (int i = start; i < start + length; i++) {
                variance += (x[i] - mean) * (x[i] - mean) / length;
            }
            for (int i = start; i < start + length; i++) {
                int c = channel.applyAsInt(i);
                out[i] = (x[i] - mean) / Math.sqrt(variance + EPS) * weight[c] + bias[c];
            }
        }
        return out;
    }

    private static double tolerance(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> 3e-6;
            case BFLOAT16 -> 0.04;
            case FLOAT16 -> 0.006;
        };
    }

    private void check(NDManager owner, Precision precision) {
        NDArray x = array(owner, 1, 4, 5, 12);
        NDArray weight = array(owner, 2, 12);
        NDArray bias = array(owner, 3, 12);
        NDArray layer = Norms.layer(x, weight, bias, EPS, precision);
        assertThat(Precision.of(layer)).isEqualTo(precision);
        assertThat(layer.getShape()).isEqualTo(x.getShape());
        assertThat(worst(
                        reference(doubles(x), 12, doubles(weight), doubles(bias), i -> i % 12),
                        doubles(Cast.to(layer, Precision.FLOAT32))))
                .isLessThan(tolerance(precision));

        NDArray images = array(owner, 4, 2, 12, 3, 5);
        NDArray group = Norms.group(images, 4, weight, bias, EPS, precision);
        assertThat(Precision.of(group)).isEqualTo(precision);
        assertThat(worst(
                        reference(doubles(images), 3 * 15, doubles(weight), doubles(bias), i -> i / 15 % 12),
                        doubles(Cast.to(group, Precision.FLOAT32))))
                .isLessThan(tolerance(precision));
    }

    @ParameterizedTest
    @EnumSource
    void areTheFormulaInTheirPrecision(Precision precision) {
        check(manager, precision);
    }

    @ParameterizedTest
    @EnumSource
    void keepTheirPrecisionUnderAutocast(Precision precision) {
        try (Autocast scope = Autocast.enter(Device.cpu(), Precision.BFLOAT16)) {
            check(manager, precision);
        }
    }

    @Test
    void layerNormMayCoverSeveralAxes() {
        NDArray x = array(manager, 1, 3, 4, 6);
        NDArray weight = array(manager, 2, 4, 6);
        NDArray bias = array(manager, 3, 4, 6);
        assertThat(worst(
                        reference(doubles(x), 24, doubles(weight), doubles(bias), i -> i % 24),
                        doubles(Norms.layer(x, weight, bias, EPS, Precision.FLOAT32))))
                .isLessThan(3e-6);
    }

    @Test
    void lowPrecisionInputsAreTaken() {
        NDArray x = array(manager, 1, 2, 6);
        NDArray weight = manager.ones(new Shape(6));
        NDArray bias = manager.zeros(new Shape(6));
        NDArray normal = Norms.layer(x, weight, bias, EPS, Precision.FLOAT32);
        for (Precision from : Precision.values()) {
            for (Precision to : Precision.values()) {
                NDArray out = Norms.layer(Cast.to(x, from), weight, bias, EPS, to);
                assertThat(Precision.of(out)).isEqualTo(to);
                assertThat(worst(doubles(normal), doubles(Cast.to(out, Precision.FLOAT32))))
                        .isLessThan(0.05);
            }
        }
    }

    private double[][] gradients(NDManager owner, Precision precision, boolean group) {
        NDArray[] leaves = {
            group ? array(owner, 1, 4, 12, 5) : array(owner, 1, 4, 5, 12), array(owner, 2, 12), array(owner, 3, 12)
        };
        NDArray factor = array(owner, 5, leaves[0].getShape().getShape());
        for (NDArray leaf : leaves) {
            leaf.setRequiresGradient(true);
        }
        backward(() -> {
            NDArray out = group
                    ? Norms.group(leaves[0], 3, leaves[1], leaves[2], EPS, precision)
                    : Norms.layer(leaves[0], leaves[1], leaves[2], EPS, precision);
            return Cast.to(out, Precision.FLOAT32).mul(factor).sum();
        });
        return new double[][] {
            doubles(leaves[0].getGradient()), doubles(leaves[1].getGradient()), doubles(leaves[2].getGradient())
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void gradientsAreCloseToThoseOfFloat32(Precision precision) {
        for (boolean group : new boolean[] {false, true}) {
            double[][] full = gradients(manager, Precision.FLOAT32, group);
            double[][] low = gradients(manager, precision, group);
            for (int i = 0; i < 3; i++) {
                double size = worst(full[i], new double[full[i].length]);
                assertThat(size).isGreaterThan(0.1);
                assertThat(worst(full[i], low[i]) / size).isLessThan(precision == Precision.BFLOAT16 ? 0.03 : 0.004);
            }
        }
    }

    @Test
    void float32GradientsAreThoseOfDjl() {
        NDArray weight = array(manager, 2, 12);
        NDArray bias = array(manager, 3, 12);
        NDArray factor = array(manager, 5, 4, 12);
        float[] djl = djlGradient(array(manager, 1, 4, 12), weight, bias, factor);
        float[] found = gradient(
                array(manager, 1, 4, 12),
                x -> Norms.layer(x, weight, bias, EPS, Precision.FLOAT32)
                        .mul(factor)
                        .sum());
        assertThat(worst(doubles(manager.create(djl)), doubles(manager.create(found))))
                .isLessThan(1e-5);
    }

    private static float[] djlGradient(NDArray at, NDArray weight, NDArray bias, NDArray factor) {
        return gradient(
                at,
                x -> x.getNDArrayInternal()
                        .layerNorm(x, new Shape(12), weight, bias, (float) EPS)
                        .singletonOrThrow()
                        .mul(factor)
                        .sum());
    }

    @Test
    void gradientsAreRightWhenTheLengthChangesWithEveryCall() {
        // libtorch's script executor profiles its first calls: their shapes, and whether they were recorded.
        NDArray weight = array(manager, 2, 12);
        NDArray bias = array(manager, 3, 12);
        for (int time = 1; time <= 12; time++) {
            NDArray input = array(manager, 1, 2, time, 12);
            NDArray factor = array(manager, time, 2, time, 12);
            try (GradMode off = GradMode.off()) {
                Norms.layer(input, weight, bias, EPS, Precision.FLOAT32);
            }
            float[] found = gradient(
                    input.duplicate(),
                    x -> Norms.layer(x, weight, bias, EPS, Precision.FLOAT32)
                            .mul(factor)
                            .sum());
            float[] djl = djlGradient(input.duplicate(), weight, bias, factor);
            assertThat(worst(doubles(manager.create(djl)), doubles(manager.create(found))))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void refuseWrongArguments() {
        NDArray x = manager.ones(new Shape(2, 4, 6));
        NDArray six = manager.ones(new Shape(6));
        NDArray five = manager.ones(new Shape(5));
        assertThatThrownBy(() -> Norms.layer(x, five, five, EPS, Precision.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layer norm: expected x of shape (…, (5)), got (2, 4, 6)");
        assertThatThrownBy(() -> Norms.layer(x, six, five, EPS, Precision.FLOAT32))
                .hasMessage("layer norm: expected bias of shape (6), got (5)");
        assertThatThrownBy(() -> Norms.layer(x, manager.create(1f), six, EPS, Precision.FLOAT32))
                .hasMessage("layer norm: expected x of shape (…, ()), got (2, 4, 6)");
        assertThatThrownBy(() -> Norms.layer(x, six, six, 0, Precision.FLOAT32))
                .hasMessage("layer norm: expected eps > 0, got 0.0");
        NDArray four = manager.ones(new Shape(4));
        assertThatThrownBy(() -> Norms.group(six, 1, six, six, EPS, Precision.FLOAT32))
                .hasMessage("group norm: expected x of shape (batch, channels, …), got (6)");
        assertThatThrownBy(() -> Norms.group(x, 2, six, four, EPS, Precision.FLOAT32))
                .hasMessage("group norm: expected weight of shape (4), got (6)");
        assertThatThrownBy(() -> Norms.group(x, 2, four, six, EPS, Precision.FLOAT32))
                .hasMessage("group norm: expected bias of shape (4), got (6)");
        for (int groups : new int[] {3, 0, -2}) {
            assertThatThrownBy(() -> Norms.group(x, groups, four, four, EPS, Precision.FLOAT32))
                    .hasMessage("group norm: expected a number of groups that divides the 4 channels, got " + groups);
        }
        assertThatThrownBy(() -> Norms.group(x, 2, four, four, Double.NaN, Precision.FLOAT32))
                .hasMessage("group norm: expected eps > 0, got NaN");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("cuda")
    void onCuda(Precision precision) {
        try (NDManager onGpu = NDManager.newBaseManager(Cuda.device(), "PyTorch")) {
            check(onGpu, precision);
        }
    }

    /** Of a mean of 1000 bf16 keeps every fourth whole number, fp16 every half. */
    @Test
    void keepsTheDigitsBesideALargeMean() {
        for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
            NDArray x = array(manager, 1, 4, 5, 12).add(1000);
            NDArray weight = array(manager, 2, 12);
            NDArray bias = array(manager, 3, 12);
            double[] expected = reference(doubles(x), 12, doubles(weight), doubles(bias), i -> i % 12);
            assertThat(worst(
                            expected,
                            doubles(Cast.to(Norms.layer(x, weight, bias, EPS, precision), Precision.FLOAT32))))
                    .as("layer norm in %s", precision)
                    .isLessThan(tolerance(precision));
            NDArray images = array(manager, 4, 2, 4, 3, 3).add(1000);
            NDArray scale = array(manager, 5, 4);
            NDArray shift = array(manager, 6, 4);
            double[] groups = reference(doubles(images), 18, doubles(scale), doubles(shift), i -> i / 9 % 4);
            assertThat(worst(
                            groups,
                            doubles(Cast.to(Norms.group(images, 2, scale, shift, EPS, precision), Precision.FLOAT32))))
                    .as("group norm in %s", precision)
                    .isLessThan(tolerance(precision));
        }
    }

    @Test
    void theGradientIsThatOfFp32BesideALargeMean() {
        NDArray weight = array(manager, 2, 12);
        NDArray bias = array(manager, 3, 12);
        NDArray seed = array(manager, 7, 20, 12);
        double[] expected = gradient(weight, bias, seed, Precision.FLOAT32);
        assertThat(worst(expected, gradient(weight, bias, seed, Precision.BFLOAT16)))
                .isLessThan(0.05);
    }

    private double[] gradient(NDArray weight, NDArray bias, NDArray seed, Precision precision) {
        NDArray x = array(manager, 1, 20, 12).add(1000);
        x.setRequiresGradient(true);
        try (GradMode mode = GradMode.on()) {
            NDArray y = Cast.to(Norms.layer(x, weight, bias, EPS, precision), Precision.FLOAT32);
            Autograd.backward(y.mul(seed).sum(), false);
        }
        return doubles(x.getGradient());
    }
}
