package org.vivace.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The shape of an operator's result, which a trace does not contain, but from which it can mostly be inferred. */
final class OutputShape {

    /** How many later calls are searched for a convolution's result; the next one or two use it. */
    private static final int FOLLOWING = 50;

    private OutputShape() {}

    /** As far as the operator's own arguments, or what it called, give it away. */
    static Optional<List<Long>> of(TracedCall call) {
        List<List<Long>> shapes = call.shapes();
        String name = plain(call.name());
        return switch (name) {
            case "mm", "bmm", "addmm", "baddbmm" -> product(shapes, addends(name));
            case "_softmax",
                    "_log_softmax",
                    "native_layer_norm",
                    "native_batch_norm",
                    "relu",
                    "gelu",
                    "tanh",
                    "clone" -> shapes.stream().findFirst();
            case "add", "sub", "mul", "div" -> broadcast(shapes);
            case "convolution" -> ofConvolution(call);
            default -> Optional.empty();
        };
    }

    /** How many arrays are added to a product, and stand before its factors. */
    static int addends(String name) {
        return name.startsWith("add") || name.startsWith("badd") ? 1 : 0;
    }

    static String plain(String name) {
        String plain = name.startsWith("aten::") ? name.substring("aten::".length()) : name;
        return plain.endsWith("_") ? plain.substring(0, plain.length() - 1) : plain;
    }

    private static Optional<List<Long>> product(List<List<Long>> shapes, int addends) {
        if (shapes.size() < addends + 2
                || shapes.get(addends).isEmpty()
                || shapes.get(addends + 1).isEmpty()) {
            return Optional.empty();
        }
        List<Long> result = new ArrayList<>(shapes.get(addends));
        List<Long> right = shapes.get(addends + 1);
        result.set(result.size() - 1, right.get(right.size() - 1));
        return Optional.of(result);
    }

    /** The shape that all of them broadcast to, or nothing where they do not. */
    static Optional<List<Long>> broadcast(List<List<Long>> shapes) {
        List<Long> result = new ArrayList<>();
        for (List<Long> shape : shapes) {
            for (int back = 1; back <= shape.size(); back++) {
                long size = shape.get(shape.size() - back);
                if (back > result.size()) {
                    result.add(0, size);
                } else {
                    int place = result.size() - back;
                    long there = result.get(place);
                    if (there != size && there != 1 && size != 1) {
                        return Optional.empty();
                    }
                    result.set(place, there == 1 ? size : there);
                }
            }
        }
        return Optional.of(result);
    }

    /** oneDNN's result gets its shape by two calls that a trace shows; cuDNN's does not. */
    private static Optional<List<Long>> ofConvolution(TracedCall call) {
        Deque<TracedCall> below = new ArrayDeque<>(call.children);
        while (!below.isEmpty()) {
            TracedCall inner = below.pop();
            if (inner.name().equals("aten::as_strided_") || inner.name().equals("aten::resize_")) {
                List<Long> shape = withoutAdded(
                        inner.event.shapes().get(0), call.shapes().get(0).size());
                if (ofConvolution(call, shape)) {
                    return Optional.of(shape);
                }
            }
            below.addAll(inner.children);
        }
        return Optional.empty();
    }

    /** A convolution over one axis is computed as one over two, the first of them of size 1. */
    private static List<Long> withoutAdded(List<Long> shape, int axes) {
        if (shape.size() != axes + 1 || axes < 3 || shape.get(2) != 1) {
            return shape;
        }
        List<Long> without = new ArrayList<>(shape);
        without.remove(2);
        return without;
    }

    /** The first shape among the next calls that could be this convolution's result. */
    static Optional<List<Long>> followingConvolution(TracedCall call, List<TracedCall> calls, int index) {
        int inspected = 0;
        for (int i = index + 1; i < calls.size() && inspected < FOLLOWING; i++) {
            TracedCall next = calls.get(i);
            if (next.event.thread() != call.event.thread() || next.event.startMicros() < call.event.endMicros()) {
                continue;
            }
            inspected++;
            for (List<Long> shape : next.event.shapes()) {
                if (ofConvolution(call, shape)) {
                    return Optional.of(shape);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether some stride and padding make this shape out of the convolution's input and weight. */
    static boolean ofConvolution(TracedCall call, List<Long> shape) {
        List<List<Long>> shapes = call.shapes();
        List<Long> input = shapes.get(0);
        List<Long> weight = shapes.get(1);
        boolean transposed = Convolutions.transposed(call);
        if (shape.size() != input.size()
                || weight.size() != input.size()
                || input.size() < 3
                || !shape.get(0).equals(input.get(0))
                || (!transposed && !shape.get(1).equals(weight.get(0)))) {
            return false;
        }
        for (int axis = 2; axis < input.size() && !transposed; axis++) {
            if (!reaches(input.get(axis), weight.get(axis), shape.get(axis))) {
                return false;
            }
        }
        return true;
    }

    private static boolean reaches(long in, long kernel, long out) {
        for (long padding = 0; padding <= kernel; padding++) {
            for (long stride = 1; stride <= Math.max(kernel, 4); stride++) {
                if (in + 2 * padding >= kernel && (in + 2 * padding - kernel) / stride + 1 == out) {
                    return true;
                }
            }
        }
        return false;
    }
}
