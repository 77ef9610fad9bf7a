package org.vivace.methods;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vivace.models.CausalSelfAttention;
import org.vivace.models.MaskedSelfAttention;

/**
 * The weights between a model's first layer and its last: those of {@link Linear} and {@link Convolution} blocks,
 * except in the first and the last block of the model that has its own weight. This excludes the layer that reads the
 * input (an embedding, a first convolution) and the layer that makes the output, including a head that shares the
 * embedding's table.
 *
 * <p>"First" and "last" refer to the order of the blocks in the model, the order of {@code getParameters()}.
 */
final class HiddenWeights {

    /** The number of matrices stacked in each hidden weight. */
    private final Map<Parameter, Integer> parts = new IdentityHashMap<>();

    private final List<String> others = new ArrayList<>();

    /** A weight, the block that holds it and that block's parent; the root is its own parent. */
    private record Held(Parameter weight, Block holder, Block around) {}

    HiddenWeights(Block model) {
        List<Held> held = new ArrayList<>();
        collect(model, model, held);
        if (held.isEmpty()) {
            return;
        }
        Block first = held.get(0).holder();
        Block last = held.get(held.size() - 1).holder();
        Map<Parameter, Boolean> outer = new IdentityHashMap<>();
        for (Held each : held) {
            if (each.holder() == first || each.holder() == last || !isMatrix(each.holder())) {
                outer.put(each.weight(), true);
            }
        }
        for (Held each : held) {
            if (!outer.containsKey(each.weight())) {
                parts.put(each.weight(), partsOf(each));
            }
        }
        for (Pair<String, Parameter> pair : model.getParameters()) {
            if (outer.containsKey(pair.getValue())) {
                others.add(pair.getKey());
            }
        }
    }

    private static void collect(Block block, Block around, List<Held> held) {
        for (Parameter parameter : block.getDirectParameters().values()) {
            if (parameter.getType() == Parameter.Type.WEIGHT) {
                held.add(new Held(parameter, block, around));
            }
        }
        for (Block child : block.getChildren().values()) {
            collect(child, block, held);
        }
    }

    private static boolean isMatrix(Block holder) {
        return holder instanceof Linear || holder instanceof Convolution;
    }

    /** Queries, keys and values come from one product but are three maps; Jordan et al. orthogonalise each. */
    private static int partsOf(Held held) {
        boolean attention =
                held.around() instanceof CausalSelfAttention || held.around() instanceof MaskedSelfAttention;
        return attention && held.holder() == held.around().getChildren().valueAt(0) ? 3 : 1;
    }

    boolean contains(Parameter parameter) {
        return parts.containsKey(parameter);
    }

    /** The number of matrices of equal height that are stacked in a hidden weight. */
    int parts(Parameter parameter) {
        return Objects.requireNonNull(parts.get(parameter), "expected a hidden weight, got another parameter");
    }

    int size() {
        return parts.size();
    }

    /** Paths of the weights that are not hidden. */
    List<String> others() {
        return others;
    }
}
