package org.vivace.trace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The multiply-adds of convolutions, for any number of axes and groups. */
final class Convolutions {

    private Convolutions() {}

    static boolean transposed(TracedCall call) {
        for (TracedCall caller = call.parent; caller != null; caller = caller.parent) {
            if (caller.name().startsWith("aten::conv_transpose")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Twice the multiply-adds of {@code aten::convolution(input, weight, bias, …)}: each element of the result meets one
     * filter, or each element of a transposed one's input; and one addition for each element where there is a bias.
     */
    static OptionalLong forward(TracedCall call, Optional<List<Long>> output) {
        List<List<Long>> shapes = call.shapes();
        List<Long> weight = shapes.get(1);
        if (weight.isEmpty() || (output.isEmpty() && !transposed(call))) {
            return OptionalLong.empty();
        }
        long meeting = transposed(call) ? elements(shapes.get(0)) : elements(output.get());
        long bias = shapes.size() > 2 && !shapes.get(2).isEmpty()
                ? output.map(Convolutions::elements).orElse(0L)
                : 0;
        return OptionalLong.of(2 * meeting * perElement(weight) + bias);
    }

    /**
     * The same for {@code aten::convolution_backward(gradient, input, weight, …)}, once for the weight's gradient and once
     * for the input's, where that is computed. oneDNN's calls show whether it is, by its shape; where nothing is shown,
     * as on a GPU, both are counted.
     */
    static OptionalLong backward(TracedCall call) {
        List<List<Long>> shapes = call.shapes();
        List<Long> gradient = shapes.get(0);
        List<Long> input = shapes.get(1);
        List<Long> weight = shapes.get(2);
        if (weight.isEmpty() || gradient.isEmpty()) {
            return OptionalLong.empty();
        }
        boolean transposed =
                !gradient.get(1).equals(weight.get(0)) && input.get(1).equals(weight.get(0));
        long each = 2 * elements(transposed ? input : gradient) * perElement(weight);
        return OptionalLong.of(each * gradients(call, input, weight));
    }

    private static long gradients(TracedCall call, List<Long> input, List<Long> weight) {
        boolean ofInput = false;
        boolean ofWeight = false;
        boolean grown = false;
        Deque<TracedCall> below = new ArrayDeque<>(call.children);
        while (!below.isEmpty()) {
            TracedCall inner = below.pop();
            if (inner.name().equals("aten::as_strided_") || inner.name().equals("aten::resize_")) {
                long size = elements(inner.event.shapes().get(0));
                ofInput |= size == elements(input);
                ofWeight |= size == elements(weight);
                grown |= size == 0;
            }
            below.addAll(inner.children);
        }
        // With the channels last the input's gradient begins with no element and grows, beside the weight's.
        ofInput |= ofWeight && grown;
        return ofInput == ofWeight ? 2 : 1;
    }

    static long perElement(List<Long> weight) {
        return elements(weight.subList(1, weight.size()));
    }

    static long elements(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    }
}
