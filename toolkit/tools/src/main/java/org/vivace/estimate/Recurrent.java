package org.vivace.estimate;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Recurrent layers, counted as the matrix products of their steps. */
final class Recurrent {

    private Recurrent() {}

    static Optional<Object> apply(SymbolicCall call) {
        return switch (call.name()) {
            case "rnn" -> layers(call, 10, List.of(call.array(1)), 1);
            case "gru" -> layers(call, 9, List.of(call.array(1)), 3);
            case "lstm" -> layers(call, 9, call.arrays(1), 4);
            default -> Optional.empty();
        };
    }

    /**
     * @param count of the arguments, whose last two are whether it is bidirectional and whether the batch comes first
     * @param gates number of vectors of the hidden size that a step computes
     */
    private static Optional<Object> layers(SymbolicCall call, int count, List<SymbolicArray> states, int gates) {
        SymbolicArray x = call.array(0);
        List<SymbolicArray> weights = call.arrays(2);
        int directions = call.flag(count - 2) ? 2 : 1;
        int batchAxis = call.flag(count - 1) ? 0 : 1;
        long hidden = states.get(0).shape().get(2);
        long positions = x.shape().get(0) * x.shape().get(1);
        List<SymbolicArray> matrices = weights.stream()
                .filter(weight -> weight.shape().dimension() == 2)
                .toList();
        requireThatTheyFit(call, x.shape().get(2), hidden * directions, directions, matrices);
        double flops = 2.0 * positions * size(matrices);
        double gradients = 2 * flops;
        if (!call.name().equals("lstm") && !x.trace().device().isGpu()) {
            // For single steps autograd omits unneeded gradients: those of the data and of the first state. oneDNN's
            // and cuDNN's layers compute all.
            List<SymbolicArray> ofStates = every(matrices, 1, 2);
            gradients -=
                    x.differentiable() ? 0 : 2.0 * positions * size(every(matrices.subList(0, 2 * directions), 0, 2));
            gradients -= states.get(0).differentiable() ? 0 : 2.0 * x.shape().get(batchAxis) * size(ofStates);
        }
        Shape to = x.shape().slice(0, 2).add(hidden * directions);
        int layersAndDirections = call.whole(4) * directions;
        List<SymbolicArray> operands = new ArrayList<>(List.of(x));
        operands.addAll(weights);
        Recording recording = new Recording(OperationKind.RECURRENT, call.name(), call)
                .reads(operands)
                .products(flops, gradients)
                .saves(x.storage())
                .saves(call.trace()
                        .ledger()
                        .storage((gates + 1L)
                                * layersAndDirections
                                * positions
                                * hidden
                                * x.type().getNumOfBytes()));
        List<SymbolicArray> results = new ArrayList<>();
        results.add(recording.makesAndSaves(to, x.type()));
        for (int i = 0; i < states.size(); i++) {
            Shape state = new Shape(layersAndDirections, x.shape().get(batchAxis), hidden);
            results.add(recording.makes(state, x.type()));
        }
        return Rules.list(results);
    }

    private static double size(List<SymbolicArray> weights) {
        return weights.stream().mapToDouble(weight -> weight.shape().size()).sum();
    }

    private static List<SymbolicArray> every(List<SymbolicArray> weights, int from, int step) {
        return IntStream.iterate(from, i -> i < weights.size(), i -> i + step)
                .mapToObj(weights::get)
                .toList();
    }

    /** The weights of a layer's input and of its state are adjacent, by layer and then by direction. */
    private static void requireThatTheyFit(
            SymbolicCall call, long input, long between, int directions, List<SymbolicArray> matrices) {
        for (int i = 0; i < matrices.size(); i += 2) {
            int layer = i / 2 / directions;
            long wanted = layer == 0 ? input : between;
            if (matrices.get(i).shape().get(1) != wanted) {
                throw new RefusedOperationException(call.name() + ": expected weights of layer " + (layer + 1)
                        + " for inputs of " + wanted + " numbers, got "
                        + matrices.get(i).shape()
                        + ": check the input shapes against the model");
            }
        }
    }
}
