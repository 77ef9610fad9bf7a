package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.torch.Collecting;
import org.vivace.torch.MemoryFormat;

/** Real steps of small models; FLOPs by hand. */
class OperatorsTest {

    @Test
    void aLinearLayersForwardPass() {
        Block linear = Linear.builder().setUnits(5).build();
        try (Steps steps = new Steps(linear, new Shape(2, 3))) {
            Operators operators = Operators.record(steps.model(), steps::forward);
            OperatorTotal linearTotal = operators.byBlock().stream()
                    .filter(each -> each.block().equals("Linear"))
                    .findFirst()
                    .orElseThrow();
            assertThat(linearTotal.flops()).isEqualTo(2 * 2 * 3 * 5 + 2 * 5);
            assertThat(operators.total().unknown()).isZero();
            assertThat(operators.all())
                    .filteredOn(each -> each.block().equals("Linear"))
                    .extracting(Operator::phase)
                    .containsOnly(StepPhase.FORWARD);
        }
    }

    @Test
    void aConvolutionsForwardPassAlone() {
        Block convolution = Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .setFilters(16)
                .optPadding(new Shape(1, 1))
                .optStride(new Shape(2, 2))
                .build();
        try (Steps steps = new Steps(convolution, new Shape(2, 16, 8, 8))) {
            Operators operators = Operators.record(steps.model(), steps::forward);
            // Result 4×4; a bias.
            assertThat(operators.flops(OperatorKind.CONVOLUTION))
                    .isEqualTo(2L * 2 * 4 * 4 * 16 * 16 * 9 + 2 * 4 * 4 * 16);
        }
    }

    @Test
    void aStepOfAPerceptron() {
        try (Steps steps = new Steps(perceptron(), new Shape(4, 5))) {
            steps.step();
            Operators operators = Operators.record(steps.model(), steps::step);
            long first = 2 * 4 * 5 * 7;
            long second = 2 * 4 * 7 * 3;
            // Forward, the weights' gradients, and the input's of all but the first layer; two biases.
            assertThat(operators.flops(OperatorKind.MATRIX_PRODUCT)).isEqualTo(2 * first + 3 * second + 4 * 7 + 4 * 3);
            assertThat(operators.all().stream()
                            .mapToLong(Operator::productFlops)
                            .sum())
                    .isEqualTo(2 * first + 3 * second);
            assertThat(operators.backward().nodes()).isPositive();
            assertThat(operators.backward().matched())
                    .isEqualTo(operators.backward().nodes());
            assertThat(place(operators, "aten::mm", "01Linear", StepPhase.BACKWARD)
                            .flops())
                    .isEqualTo(first);
            assertThat(place(operators, "aten::mm", "03Linear", StepPhase.BACKWARD)
                            .flops())
                    .isEqualTo(2 * second);
            assertThat(place(operators, "aten::tanh_backward", "02LambdaBlock", StepPhase.BACKWARD)
                            .flops())
                    .isEqualTo(4 * 7);
            assertThat(operators.byPhase())
                    .map(each -> each.phase().orElseThrow())
                    .contains(StepPhase.FORWARD, StepPhase.LOSS, StepPhase.BACKWARD, StepPhase.OPTIMIZER);
        }
    }

    @Test
    void twoStepsOfADecoder() {
        int width = 8;
        int vocabulary = 16;
        int heads = 2;
        int time = 6;
        int batch = 3;
        Gpt gpt = new Gpt(new Gpt.Settings(vocabulary, width, 2, heads, time, 0));
        try (Steps steps = new Steps(gpt, new Shape(batch, time))) {
            steps.step();
            Operators operators = Operators.record(steps.model(), () -> {
                steps.step();
                steps.step();
            });
            long places = (long) batch * time;
            long layer = 2 * places * 12 * width * width + 4L * batch * time * time * width;
            long forward = 2 * layer + 2 * places * width * vocabulary;
            // The products' inputs are all activations, so that backward is twice forward.
            assertThat(operators.flops(OperatorKind.MATRIX_PRODUCT)).isEqualTo(2 * 3 * forward);
            assertThat(operators.backward().unmatched()).isZero();
            assertThat(operators.backward().matched())
                    .isEqualTo(operators.backward().nodes());
            assertThat(operators.all())
                    .filteredOn(each -> each.name().contains("MmBackward0"))
                    .allSatisfy(each -> assertThat(each.block()).matches(".*(Linear|qkv|projection)"));
            assertThat(place(operators, "aten::mm", "07Linear", StepPhase.BACKWARD)
                            .count())
                    .isEqualTo(4);
            assertThat(operators.blocks())
                    .filteredOn(span -> span.path().equals("Gpt"))
                    .hasSize(2);
            sumsUp(operators);
        }
    }

    /** (2, 3, 8, 8) with 4 filters of 3 × 3: the result once, the gradients of weight and input. */
    @ParameterizedTest
    @EnumSource
    void convolutionsInEachMemoryFormat(MemoryFormat format) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray images = format.of(manager.randomUniform(0, 1, new Shape(2, 3, 8, 8)));
            NDArray weight = format.of(manager.randomUniform(0, 1, new Shape(4, 3, 3, 3)));
            weight.setRequiresGradient(true);
            long once = 2L * 2 * 64 * 4 * 27;
            assertThat(convolutionFlops(images, weight)).isEqualTo(2 * once);
            images.setRequiresGradient(true);
            assertThat(convolutionFlops(images, weight)).isEqualTo(3 * once);
        }
    }

    private static long convolutionFlops(NDArray images, NDArray weight) {
        Shape one = new Shape(1, 1);
        return Operators.record(() -> {
                    try (GradientCollector collector = Collecting.open()) {
                        NDArray result = images.getNDArrayInternal()
                                .convolution(images, weight, null, one, one, one, 1)
                                .head();
                        collector.backward(result.sum());
                    }
                })
                .flops(OperatorKind.CONVOLUTION);
    }

    @Test
    void aStepOfAConvolutionalNet() {
        try (Steps steps = new Steps(new ResNet9(new ResNet9.Settings(2, 3, 3)), new Shape(2, 3, 8, 8))) {
            steps.step();
            Operators operators = Operators.record(steps.model(), steps::step);
            // Images × result's places × filters × (channels × 9), each layer of the net with two first channels.
            long first = 2L * 2 * 64 * 2 * 3 * 9;
            long others = 2L * 2 * 64 * 4 * 2 * 9
                    + 2 * (2L * 2 * 16 * 4 * 4 * 9)
                    + 2L * 2 * 16 * 8 * 4 * 9
                    + 2L * 2 * 4 * 16 * 8 * 9
                    + 2 * (2L * 2 * 16 * 16 * 9);
            assertThat(operators.flops(OperatorKind.CONVOLUTION)).isEqualTo(2 * first + 3 * others);
            assertThat(operators.total().unknown()).isZero();
            assertThat(operators.backward().matched())
                    .isEqualTo(operators.backward().nodes());
        }
    }

    @Test
    void phasesThatAreNamedHoldAgainstWhatRuns() {
        try (Steps steps = new Steps(Linear.builder().setUnits(5).build(), new Shape(2, 3))) {
            Operators operators =
                    Operators.record(steps.model(), () -> Operators.during(StepPhase.REST, steps::forward));
            assertThat(operators.all()).extracting(Operator::phase).containsOnly(StepPhase.REST);
        }
        int[] runs = {0};
        Operators.during(StepPhase.LOSS, () -> runs[0]++);
        assertThat(runs[0]).isEqualTo(1);
    }

    @Test
    void withoutAModelThereAreNoBlocks() {
        try (Steps steps = new Steps(perceptron(), new Shape(4, 5))) {
            Operators operators = Operators.record(steps::step);
            assertThat(operators.all()).extracting(Operator::block).containsOnly("");
            assertThat(operators.byPhase())
                    .map(each -> each.phase().orElseThrow())
                    .contains(StepPhase.FORWARD, StepPhase.BACKWARD, StepPhase.OPTIMIZER)
                    .doesNotContain(StepPhase.LOSS);
        }
    }

    @Test
    void anExceptionLeavesTheModelAsItWas() {
        Block block = perceptron();
        Block child = block.getChildren().valueAt(0);
        IllegalStateException thrown = new IllegalStateException("of the step");
        try (Steps steps = new Steps(block, new Shape(4, 5))) {
            assertThatThrownBy(() -> Operators.record(steps.model(), () -> {
                        steps.forward();
                        throw thrown;
                    }))
                    .isSameAs(thrown);
            assertThat(steps.model().getBlock()).isSameAs(block);
            assertThat(block.getChildren().valueAt(0)).isSameAs(child);
            steps.step();
            assertThat(Operators.record(steps.model(), steps::step).all()).isNotEmpty();
        }
    }

    @Test
    void aRecordingInsideARecordingIsRefused() {
        try (Steps steps = new Steps(Linear.builder().setUnits(5).build(), new Shape(2, 3))) {
            Block block = steps.model().getBlock();
            assertThatThrownBy(() ->
                            Operators.record(steps.model(), () -> Operators.record(steps.model(), steps::forward)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "an operator trace must be the only one on its thread, found a trace that is"
                                    + " open on thread ");
            assertThat(steps.model().getBlock()).isSameAs(block);
        }
    }

    @Test
    void stepsThatRunNothingAreRefused() {
        assertThatThrownBy(() -> Operators.record(() -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(
                        "must hold a JSON array of trace events, found not one event: run operators, on the"
                                + " thread that records");
    }

    @Test
    void nothingIsLeftOver() {
        try (Steps steps = new Steps(perceptron(), new Shape(4, 5))) {
            steps.step();
            Operators.record(steps.model(), steps::step);
            int before = steps.arrays();
            Operators.record(steps.model(), steps::step);
            assertThat(steps.arrays()).isEqualTo(before);
        }
    }

    private static Block perceptron() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(7).build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private static void sumsUp(Operators operators) {
        double top = operators.all().stream()
                .filter(each -> each.caller() < 0)
                .mapToDouble(each -> each.event().micros())
                .sum();
        assertThat(operators.total().selfMicros()).isCloseTo(top, within(1e-3 * top));
        for (List<OperatorTotal> totals : List.of(operators.byName(), operators.byPhase(), operators.byBlock())) {
            assertThat(totals.stream().mapToDouble(OperatorTotal::share).sum()).isCloseTo(1, within(1e-6));
            assertThat(totals.stream().mapToLong(OperatorTotal::flops).sum())
                    .isEqualTo(operators.total().flops());
        }
    }

    private static OperatorTotal place(Operators operators, String name, String block, StepPhase phase) {
        return operators.byPlace().stream()
                .filter(each -> each.name().equals(name)
                        && each.block().equals(block)
                        && each.phase().equals(Optional.of(phase)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + block + ", " + phase));
    }
}
