package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Calibration;
import org.vivace.measure.ConvolutionPeak;
import org.vivace.measure.MatmulPeak;
import org.vivace.profile.SampleProfile;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;

/** Times from a machine's peaks alone, held against sums by hand. */
class RooflineTest {

    private static final ConvolutionPeak CONVOLUTIONS = new ConvolutionPeak(1, 2, 4, 8);

    private static Roofline roofline(MatmulPeak products, double gigabytesPerSecond, double operationMicros) {
        Calibration machine = SampleProfile.calibration();
        return new Roofline(new Calibration(
                machine.schema(),
                machine.machine(),
                machine.date(),
                products,
                CONVOLUTIONS,
                gigabytesPerSecond,
                operationMicros,
                false));
    }

    private static Block linear() {
        return Linear.builder().setUnits(4).build();
    }

    @Test
    void theLongestOfArithmeticMemoryAndTheCall() {
        // 48 FLOPs and 4·(6+12+4+8) bytes.
        Estimate estimate = Estimator.of(linear(), ArraySpec.float32(2, 3)).inference();
        MatmulPeak slow = new MatmulPeak(24e-9, 48e-9);
        assertThat(roofline(slow, 1000, 1).of(estimate).forward().total()).isCloseTo(2, within(1e-9));
        assertThat(roofline(new MatmulPeak(1, 1), 60e-9, 1)
                        .of(estimate)
                        .forward()
                        .total())
                .isCloseTo(2, within(1e-9));
        assertThat(roofline(slow, 1000, 3e6).of(estimate))
                .isEqualTo(new Roofline.Step(
                        new Roofline.Pass(Map.of(OperationKind.MATMUL, 3.0)), new Roofline.Pass(Map.of()), 0));
        Estimator low = Estimator.of(linear(), ArraySpec.float32(2, 3))
                .methods(List.of(new Declared(List.of(new Effect.LowPrecision(Precision.BFLOAT16)))));
        assertThat(roofline(slow, 1000, 0).of(low.inference()).forward().total())
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void convolutionsGoByTheirOwnPeakInTheLayoutThatTheyReadAndWrite() {
        Block convolution = Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .setFilters(4)
                .optBias(false)
                .build();
        Estimator plain = Estimator.of(convolution, ArraySpec.float32(2, 3, 8, 8))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
        Estimator laidOut = plain.methods(List.of(new Declared(List.of(new Effect.ImageLayout()))));
        Roofline arithmetic = roofline(new MatmulPeak(1, 1), 1e9, 0);
        // Two for each multiply-add of (2, 4, 6, 6) results; backward only to the weights.
        double seconds = 2.0 * 2 * 4 * 6 * 6 * 3 * 3 * 3 / 1e9;
        assertThat(arithmetic.of(plain.step()).forward().total()).isCloseTo(seconds, within(1e-12));
        assertThat(arithmetic.of(laidOut.step()).forward().total()).isCloseTo(seconds / 2, within(1e-12));
        assertThat(arithmetic.of(laidOut.step()).backward().total()).isCloseTo(seconds / 2, within(1e-12));
    }

    @Test
    void updatesTakeTheirBytesOrTheirCalls() {
        Estimator adam = Estimator.of(linear(), ArraySpec.float32(2, 3))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
        Estimator fused = adam.methods(List.of(new Declared(List.of(new Effect.FusedUpdate(List.of(Adam.class))))));
        // 12 weights and 4 biases, which DJL's Adam passes over 36 times in twelve calls, and a fused one 8 times.
        Roofline memory = roofline(new MatmulPeak(1, 1), 1, 0);
        assertThat(memory.of(adam.step()).update()).isCloseTo(16 * 4 * 36 / 1e9, within(1e-15));
        assertThat(memory.of(fused.step()).update()).isCloseTo(16 * 4 * 8 / 1e9, within(1e-15));
        Roofline calls = roofline(new MatmulPeak(1, 1), 1e9, 1);
        assertThat(calls.of(adam.step()).update()).isCloseTo(24e-6, within(1e-15));
        assertThat(calls.of(fused.step()).update()).isCloseTo(1e-6, within(1e-15));
    }

    @Test
    void theMeanOverARunWhoseFirstHalfSeesHalfTheRows() {
        Effect half = new Effect.SmallerInputs((step, steps, full, first) ->
                step < steps / 2 ? new Shape(full.get(0) / 2).addAll(full.slice(1)) : full);
        Estimator estimator = Estimator.of(linear(), ArraySpec.float32(2, 3))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(2));
        Roofline arithmetic = roofline(new MatmulPeak(1e-9, 1e-9), 1e9, 0);
        assertThat(arithmetic
                        .meanOf(estimator.methods(List.of(new Declared(List.of(half)))))
                        .forward()
                        .total())
                .isCloseTo(0.75 * arithmetic.of(estimator.step()).forward().total(), within(1e-6));
    }
}
