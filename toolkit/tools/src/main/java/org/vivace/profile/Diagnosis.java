package org.vivace.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vivace.train.EfficiencyMethod;

/** Comes to a verdict about a step from what was measured of it. */
final class Diagnosis {

    /** Smaller gains are within what a prediction is wrong by. */
    private static final double WORTHWHILE = 1.05;

    private Diagnosis() {}

    /** @param catalogue the methods that may be named as remedies */
    static StepVerdict of(StepWork work, StepFacts facts, List<EfficiencyMethod> catalogue) {
        Map<Bound, Double> shares = new EnumMap<>(Bound.class);
        work.millisByBound().forEach((bound, millis) -> shares.put(bound, millis / work.stepMillis()));
        Bound boundBy = shares.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        return new StepVerdict(
                boundBy, shares, new Evidence(work, facts).of(boundBy), remedies(work, facts, catalogue));
    }

    private static List<Remedy> remedies(StepWork work, StepFacts facts, List<EfficiencyMethod> catalogue) {
        List<Remedy> remedies = new ArrayList<>(new Advice(work, facts).all());
        PredictedGain gains = new PredictedGain(work, facts);
        for (EfficiencyMethod method : catalogue) {
            gains.of(method.label(), method.effects()).ifPresent(remedies::add);
        }
        return remedies.stream()
                .filter(each -> each.predictedGain() >= WORTHWHILE && Double.isFinite(each.predictedGain()))
                .sorted(Comparator.comparingDouble(Remedy::predictedGain).reversed())
                .toList();
    }
}
