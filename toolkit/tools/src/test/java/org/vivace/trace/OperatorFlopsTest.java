package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vivace.trace.Traces.call;
import static org.vivace.trace.Traces.event;
import static org.vivace.trace.Traces.shape;
import static org.vivace.trace.Traces.took;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts by hand. */
class OperatorFlopsTest {

    private static final long[] NONE = shape();

    @Test
    void aProductHasTwoForEachMultiplyAdd() {
        assertThat(flops("aten::mm", shape(2, 3), shape(3, 5))).hasValue(2 * 2 * 3 * 5);
        assertThat(flops("aten::bmm", shape(7, 2, 3), shape(7, 3, 5))).hasValue(2 * 7 * 2 * 3 * 5);
        assertThat(flops("aten::mv", shape(2, 3), shape(3))).hasValue(2 * 2 * 3);
        assertThat(flops("aten::dot", shape(3), shape(3))).hasValue(2 * 3);
    }

    @Test
    void anAddendIsAddedToEachElementOfTheResult() {
        assertThat(flops("aten::addmm", shape(5), shape(2, 3), shape(3, 5), NONE, NONE))
                .hasValue(2 * 2 * 3 * 5 + 2 * 5);
        assertThat(flops("aten::baddbmm", shape(7, 2, 5), shape(7, 2, 3), shape(7, 3, 5)))
                .hasValue(2 * 7 * 2 * 3 * 5 + 7 * 2 * 5);
        assertThat(flops("aten::addmv", shape(2), shape(2, 3), shape(3))).hasValue(2 * 2 * 3 + 2);
    }

    @Test
    void anEmptyProductHasNone() {
        assertThat(flops("aten::mm", shape(2, 0), shape(0, 5))).hasValue(0);
        assertThat(flops("aten::addmm", shape(5), shape(2, 0), shape(0, 5))).hasValue(0);
    }

    @Test
    void attentionIsTwoProductsAndItsBackwardFive() {
        // 2 examples, 3 heads, 4 queries, 6 keys, width 5.
        long product = 2L * 2 * 3 * 4 * 6 * 5;
        long[] query = shape(2, 3, 4, 5);
        long[] key = shape(2, 3, 6, 5);
        assertThat(flops("aten::_scaled_dot_product_flash_attention_for_cpu", query, key, key))
                .hasValue(2 * product);
        assertThat(flops("aten::_scaled_dot_product_flash_attention_for_cpu_backward", query, query, key, key))
                .hasValue(5 * product);
    }

    @Test
    void aConvolutionHasOneFilterForEachElementOfTheResult() {
        // 2 images of 6 channels and 8×8 places, 4 filters of 3×3, 2 groups, result 8×8; then a bias.
        TracedCall plain = call(event("aten::convolution", 0, 1, shape(2, 6, 8, 8), shape(4, 3, 3, 3), NONE));
        TracedCall bias = call(event("aten::convolution", 0, 1, shape(2, 6, 8, 8), shape(4, 3, 3, 3), shape(4)));
        long filters = 2L * 2 * 4 * 8 * 8 * 3 * 3 * 3;
        Optional<List<Long>> output = Optional.of(List.of(2L, 4L, 8L, 8L));
        assertThat(OperatorFlops.of(plain, output)).hasValue(filters);
        assertThat(OperatorFlops.of(bias, output)).hasValue(filters + 2 * 4 * 8 * 8);
        assertThat(OperatorFlops.of(plain, Optional.empty())).isEmpty();
    }

    @Test
    void aTransposedConvolutionHasOneForEachElementOfItsInput() {
        List<TracedCall> calls = TracedCall.nest(List.of(
                event("aten::convolution", 1, 1, shape(2, 6, 8, 8), shape(6, 4, 3, 3), NONE),
                event("aten::conv_transpose2d", 0, 3, shape(2, 6, 8, 8), shape(6, 4, 3, 3))));
        assertThat(OperatorFlops.of(calls.get(1), Optional.empty())).hasValue(2L * 2 * 6 * 8 * 8 * 4 * 3 * 3);
    }

    @Test
    void aConvolutionsGradientsAreCountedAsTheyAreComputed() {
        long[] gradient = shape(2, 4, 8, 8);
        long[] input = shape(2, 6, 8, 8);
        long[] weight = shape(4, 6, 3, 3);
        TraceEvent backward = event("aten::convolution_backward", 0, 9, gradient, input, weight);
        long each = 2L * 2 * 4 * 8 * 8 * 6 * 3 * 3;
        assertThat(OperatorFlops.of(call(backward), Optional.empty())).hasValue(2 * each);
        TracedCall both = call(backward, event("aten::resize_", 1, 1, input), event("aten::resize_", 3, 1, weight));
        assertThat(OperatorFlops.of(both, Optional.empty())).hasValue(2 * each);
        TracedCall first =
                call(backward, event("aten::as_strided_", 1, 1, weight), event("aten::resize_", 3, 1, weight));
        assertThat(OperatorFlops.of(first, Optional.empty())).hasValue(each);
    }

    @Test
    void everythingElseHasOneForEachElement() {
        assertThat(flops("aten::add", shape(4, 1, 8), shape(16, 1), NONE)).hasValue(4 * 16 * 8);
        assertThat(flops("aten::mul_", shape(4, 8), NONE)).hasValue(4 * 8);
        assertThat(flops("aten::neg", NONE)).hasValue(1);
        assertThat(flops("aten::native_batch_norm", shape(2, 3, 4, 5), shape(3), shape(3), shape(3), shape(3)))
                .hasValue(2 * 3 * 4 * 5);
        assertThat(flops("aten::sum", shape(4, 8), NONE)).hasValue(4 * 8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aten::clone", "aten::copy_", "aten::view", "aten::transpose", "aten::cat"})
    void copiesAndViewsHaveNone(String name) {
        assertThat(flops(name, shape(4, 8))).hasValue(0);
    }

    @Test
    void whatNoRuleKnowsIsUnknown() {
        assertThat(flops("aten::_fused_adamw_", NONE, NONE)).isEmpty();
        assertThat(flops("aten::mm", NONE, NONE)).isEmpty();
        assertThat(flops("mine::mm", shape(2, 3), shape(3, 5))).isEmpty();
    }

    @Test
    void aScriptsStackIsNotAnArgument() {
        List<TracedCall> calls = TracedCall.nest(List.of(
                event("attend", 0, 9, NONE, shape(9, 9)),
                event("aten::bmm", 1, 1, shape(5, 5), NONE, shape(7, 2, 3), shape(7, 3, 5)),
                event("aten::add", 3, 1, shape(5, 5), NONE, shape(2, 3), shape(3), NONE)));
        assertThat(OperatorFlops.of(calls.get(1), Optional.empty())).hasValue(2 * 7 * 2 * 3 * 5);
        assertThat(OutputShape.of(calls.get(1))).contains(List.of(7L, 2L, 5L));
        assertThat(OperatorFlops.of(calls.get(2), Optional.empty())).hasValue(2 * 3);
    }

    @Test
    void theResultsMemoryTellsThePrecision() {
        TraceEvent product = event("aten::mm", 0, 1, shape(20, 30), shape(30, 50));
        Optional<List<Long>> output = Optional.of(List.of(20L, 50L));
        long operands = 20 * 30 + 30 * 50;
        assertThat(OperatorBytes.of(call(took(product, 4000)), output)).hasValue(4 * operands + 4000);
        assertThat(OperatorBytes.of(call(took(product, 2000)), output)).hasValue(2 * operands + 2000);
        assertThat(OperatorBytes.of(call(product), output)).hasValue(4 * operands + 4000);
        assertThat(OperatorBytes.of(call(event("aten::view", 0, 1, shape(20))), Optional.empty()))
                .hasValue(0);
        assertThat(OperatorBytes.of(call(event("aten::_fused_adamw_", 0, 1, NONE)), Optional.empty()))
                .isEmpty();
    }

    @Test
    void aConvolutionsResultIsFoundBelowItOrAfterIt() {
        TraceEvent convolution = event("aten::convolution", 0, 9, shape(2, 6, 8, 8), shape(4, 6, 3, 3), NONE);
        List<Long> output = List.of(2L, 4L, 4L, 4L);
        TracedCall below = call(
                convolution,
                event("aten::resize_", 1, 1, shape(2, 6, 8, 8)),
                event("aten::as_strided_", 3, 1, shape(2, 4, 4, 4)));
        assertThat(OutputShape.of(below)).contains(output);
        List<TracedCall> calls = TracedCall.nest(List.of(
                convolution,
                event("aten::mul", 10, 1, shape(2, 4, 9, 99)),
                event("aten::relu", 12, 1, shape(2, 4, 4, 4))));
        assertThat(OutputShape.of(calls.get(0))).isEmpty();
        assertThat(OutputShape.followingConvolution(calls.get(0), calls, 0)).contains(output);
        assertThat(OutputShape.followingConvolution(calls.get(0), calls.subList(0, 2), 0))
                .isEmpty();
    }

    @Test
    void aConvolutionOverOneAxisIsComputedOverTwo() {
        TracedCall call = call(
                event("aten::convolution", 0, 9, shape(2, 6, 8), shape(4, 6, 3), NONE),
                event("aten::resize_", 1, 1, shape(2, 4, 1, 6)));
        assertThat(OutputShape.of(call)).contains(List.of(2L, 4L, 6L));
    }

    private static OptionalLong flops(String name, long[]... shapes) {
        return OperatorFlops.of(call(event(name, 0, 1, shapes)), Optional.empty());
    }
}
