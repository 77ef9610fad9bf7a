package org.vivace.estimate;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Recurrent layers, counted as the matrix products of their steps. */
final class Recurrent {

    private Recurrent() {}

    static Optional<Object> apply(Call call) {
        return switch (call.name()) {
            case "rnn" -> layers(call, 10, List.of(call.array(1)), 1);
            case "gru" -> layers(call, 9, List.of(call.array(1)), 3);
            case "lstm" -> layers(call, 9, call.arrays(1), 4);
            default -> Optional.empty();
        };
    }

    /**
     * @param count of the arguments, whose last two say whether it goes in both directions and whether the batch comes
     *     first
     * @param gates how many vectors of the hidden size a step computes
     */
    private static Optional<Object> layers(Call call, int count, List<SymbolicArray> states, int gates) {
        SymbolicArray x = call.array(0);
        List<SymbolicArray> weights = call.arrays(2);
        int directions = call.flag(count - 2) ? 2 : 1;
        int batchAxis = call.flag(count - 1) ? 0 : 1;
        long hidden = states.get(0).shape().get(2);
        long positions = x.shape().get(0) * x.shape().get(1);
        double flops = weights.stream()
                        .filter(weight -> weight.shape().dimension() == 2)
                        .mapToDouble(weight -> 2.0 * weight.shape().size())
                        .sum()
                * positions;
        Shape to = x.shape().slice(0, 2).add(hidden * directions);
        int layersAndDirections = call.whole(4) * directions;
        List<SymbolicArray> operands = new ArrayList<>(List.of(x));
        operands.addAll(weights);
        Recording recording = new Recording(OperationKind.RECURRENT, call.name(), call)
                .reads(operands)
                .products(flops, 2 * flops)
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
}
