package org.vivace.estimate;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operations whose number of result rows depends on the values of their operands. */
final class Values {

    private static final Set<String> NAMES = Set.of("booleanMask", "nonzero", "unique", "nonMaximumSuppression");

    private Values() {}

    static boolean decideTheShape(String name) {
        return NAMES.contains(name);
    }

    /** @throws RefusedOperationException if it depends on values of the model's inputs or weights */
    static Optional<Object> apply(SymbolicCall call) {
        List<SymbolicArray> operands = call.operands();
        // For a mask only its own values count, not those of the array that it selects from.
        List<SymbolicArray> deciding = operands.subList(Math.min(1, operands.size() - 1), operands.size());
        if (decideTheShape(call.name()) && deciding.stream().anyMatch(SymbolicArray::hasData)) {
            throw new RefusedOperationException("expected operations whose shapes are known without values, found "
                    + call.name() + ", whose result is as long as the values say: weigh with the mask instead of"
                    + " selecting by it, or profile the model");
        }
        return Optional.empty();
    }
}
