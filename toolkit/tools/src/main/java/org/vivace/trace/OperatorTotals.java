package org.vivace.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Adds operators up by what they have in common. */
final class OperatorTotals {

    private OperatorTotals() {}

    /** What operators are grouped by; an empty phase, name or block stands for all of them. */
    record Key(String name, String block, Optional<StepPhase> phase) {}

    /** The totals, the longest time first. */
    static List<OperatorTotal> of(List<Operator> operators, Function<Operator, Key> key) {
        Map<Key, List<Operator>> groups = new LinkedHashMap<>();
        for (Operator each : operators) {
            groups.computeIfAbsent(key.apply(each), unused -> new ArrayList<>()).add(each);
        }
        double all = operators.stream().mapToDouble(Operator::selfMicros).sum();
        return groups.entrySet().stream()
                .map(group -> total(group.getKey(), group.getValue(), all))
                .sorted(Comparator.comparingDouble(OperatorTotal::selfMicros).reversed())
                .toList();
    }

    private static OperatorTotal total(Key key, List<Operator> operators, double all) {
        double self = operators.stream().mapToDouble(Operator::selfMicros).sum();
        return new OperatorTotal(
                key.name(),
                key.block(),
                key.phase(),
                operators.size(),
                self,
                all > 0 ? self / all : 0,
                operators.stream().mapToLong(each -> each.flops().orElse(0)).sum(),
                operators.stream().mapToLong(each -> each.bytes().orElse(0)).sum(),
                operators.stream().filter(each -> each.flops().isEmpty()).count());
    }
}
