package org.vivace.trace;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Floating-point operations of an operator from its name and shapes: two for each multiply-add of a product, a
 * convolution or attention, one for each addend of theirs (a bias), one for each element of the largest operand of
 * everything else. Masked places of attention count, since the kernels' shapes do not show masks. Copies and views have
 * none.
 */
final class OperatorFlops {

    /** The matrix products of fused attention: two forward, and backward one of the two again and four for gradients. */
    private static final long ATTENTION_FORWARD = 2;

    private static final long ATTENTION_BACKWARD = 5;

    private OperatorFlops() {}

    /**
     * @param output the result's shape where it is known; only a convolution needs it
     * @return nothing where the shapes are not in the trace, or no rule is known
     */
    static OptionalLong of(TracedCall call, Optional<List<Long>> output) {
        List<List<Long>> shapes = call.shapes();
        return switch (OperatorKind.of(call.name())) {
            case MATRIX_PRODUCT ->
                call.name().contains("_rnn_layer")
                        ? recurrent(call.name(), shapes)
                        : product(OutputShape.plain(call.name()), shapes);
            case CONVOLUTION ->
                call.name().contains("backward") ? Convolutions.backward(call) : Convolutions.forward(call, output);
            case ATTENTION -> attention(call.name(), shapes);
            case ELEMENTWISE -> OptionalLong.of(largest(shapes));
            case COPY, VIEW -> OptionalLong.of(0);
            case OTHER -> OptionalLong.empty();
        };
    }

    private static OptionalLong product(String name, List<List<Long>> shapes) {
        int addend = OutputShape.addends(name);
        if (shapes.size() < addend + 2) {
            return OptionalLong.empty();
        }
        List<Long> left = shapes.get(addend);
        List<Long> right = shapes.get(addend + 1);
        if (left.isEmpty() || right.isEmpty()) {
            return OptionalLong.empty();
        }
        long columns = right.size() == 1 ? 1 : right.get(right.size() - 1);
        long products = Convolutions.elements(left) * columns;
        long shared = left.get(left.size() - 1);
        long sums = shared == 0 ? 0 : products / shared;
        return OptionalLong.of(2 * products + addend * sums);
    }

    /**
     * One layer in one direction: input (time, batch, width), its weight (gates × hidden, width) and the state's (gates
     * × hidden, hidden). The backward operator computes the gradients of all three, wanted or not.
     */
    private static OptionalLong recurrent(String name, List<List<Long>> shapes) {
        if (shapes.size() < 3
                || shapes.get(0).size() != 3
                || shapes.get(1).size() != 2
                || shapes.get(2).size() != 2) {
            return OptionalLong.empty();
        }
        long steps = shapes.get(0).get(0) * shapes.get(0).get(1);
        long weights = Convolutions.elements(shapes.get(1)) + Convolutions.elements(shapes.get(2));
        return OptionalLong.of((name.endsWith("_backward") ? 4L : 2L) * steps * weights);
    }

    /** Query (batch, heads, places, width), key and value alike; the backward operator has the gradient before them. */
    private static OptionalLong attention(String name, List<List<Long>> shapes) {
        boolean backward = name.endsWith("_backward");
        int first = backward ? 1 : 0;
        if (shapes.size() < first + 3
                || shapes.get(first).size() != 4
                || shapes.get(first + 1).size() != 4) {
            return OptionalLong.empty();
        }
        List<Long> query = shapes.get(first);
        List<Long> key = shapes.get(first + 1);
        long product = 2 * Convolutions.elements(query) * key.get(2);
        return OptionalLong.of(product * (backward ? ATTENTION_BACKWARD : ATTENTION_FORWARD));
    }

    /** Elements of what the operands broadcast to, or of the largest where they do not, as with a norm's weights. */
    static long largest(List<List<Long>> shapes) {
        return OutputShape.broadcast(shapes)
                .map(Convolutions::elements)
                .orElseGet(() ->
                        shapes.stream().mapToLong(Convolutions::elements).max().orElse(1));
    }
}
