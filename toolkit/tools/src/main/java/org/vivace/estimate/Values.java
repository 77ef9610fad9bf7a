package org.vivace.estimate;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operations whose result has as many rows as the values of their operands decide. */
final class Values {

    private static final Set<String> NAMES = Set.of("booleanMask", "nonzero", "unique", "nonMaximumSuppression");

    private Values() {}

    static boolean decideTheShape(String name) {
        return NAMES.contains(name);
    }

    /** @throws RefusedOperationException where values of the model's inputs or weights decide */
    static Optional<Object> apply(SymbolicCall call) {
        List<SymbolicArray> operands = call.operands();
        // A mask decides by its own values, not by those of the array that it selects from.
        List<SymbolicArray> deciding = operands.subList(Math.min(1, operands.size() - 1), operands.size());
        if (decideTheShape(call.name()) && deciding.stream().anyMatch(SymbolicArray::hasData)) {
            throw new RefusedOperationException("expected operations whose shapes are known without values, found "
                    + call.name() + ", whose result is as long as the values say: weigh with the mask instead of"
                    + " selecting by it, or profile the model");
        }
        return Optional.empty();
    }
}
