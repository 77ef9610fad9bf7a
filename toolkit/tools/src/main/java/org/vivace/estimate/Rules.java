package org.vivace.estimate;

import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;

/** Finds the rule for an operation. */
final class Rules {

    private Rules() {}

    /** The result in the form that the caller expects; empty if there is no rule. */
    static Optional<Object> apply(SymbolicCall call) {
        return Values.apply(call)
                .or(() -> Views.apply(call))
                .or(() -> Copies.apply(call))
                .or(() -> Indexing.apply(call))
                .or(() -> Elementwise.apply(call))
                .or(() -> Reductions.apply(call))
                .or(() -> Products.apply(call))
                .or(() -> Layers.apply(call))
                .or(() -> Recurrent.apply(call))
                .or(() -> Kernels.apply(call));
    }

    static Optional<Object> one(SymbolicArray array) {
        return Optional.of(array.proxy());
    }

    static Optional<Object> list(List<SymbolicArray> arrays) {
        NDList list = new NDList();
        arrays.forEach(array -> list.add(array.proxy()));
        return Optional.of(list);
    }
}
