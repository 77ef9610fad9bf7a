package org.vivace.profile;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.vivace.measure.Statistics;
import org.vivace.trace.Operator;
import org.vivace.trace.StepPhase;

/**
 * What a step spends its time on. The phases of the step are as they were timed; the passes through the model are
 * divided among their operators, as a trace records them. Of a pass, an operator's time counts for arithmetic or for
 * memory where its work at the machine's roofs takes longer than beginning it; what is left of the pass counts for the
 * host.
 */
final class StepWork {

    private static final Set<StepPhase> PASSES = Set.of(StepPhase.FORWARD, StepPhase.LOSS, StepPhase.BACKWARD);

    private final Map<StepPhase, Double> millis;
    private final List<Operator> operators;
    private final int steps;
    private final Roofs roofs;
    private final double stepMillis;
    private final Map<StepPhase, Double> scale = new EnumMap<>(StepPhase.class);

    /**
     * @param split the phases by their keys
     * @param operators of {@code steps} steps
     */
    StepWork(Map<String, StepPhaseTime> split, List<Operator> operators, int steps, Roofs roofs) {
        this.millis = new EnumMap<>(StepPhase.class);
        for (StepPhase phase : StepPhase.values()) {
            millis.put(phase, median(Objects.requireNonNull(split.get(phase.key()), "expected a time for each phase")));
        }
        this.operators =
                operators.stream().filter(each -> PASSES.contains(each.phase())).toList();
        this.steps = steps;
        this.roofs = roofs;
        stepMillis = millis.values().stream().mapToDouble(Double::doubleValue).sum();
        for (StepPhase pass : PASSES) {
            // Recording costs time itself, so operators may seem to take longer than the pass they are in.
            double working = traced(each -> each.phase() == pass && roofs.of(each) != Bound.HOST);
            scale.put(pass, working == 0 ? 1 : Math.min(1, millis(pass) / working));
        }
    }

    /** Medians, other than the split's own means: one step that something else disturbed is not to decide a verdict. */
    private static double median(StepPhaseTime phase) {
        return Statistics.median(
                phase.nanos().stream().mapToDouble(each -> each / 1e6).toArray());
    }

    double stepMillis() {
        return stepMillis;
    }

    double millis(StepPhase phase) {
        return Objects.requireNonNull(millis.get(phase), "expected a time for each phase");
    }

    Roofs roofs() {
        return roofs;
    }

    /** Milliseconds of forward, loss and backward together. */
    double passesMillis() {
        return PASSES.stream().mapToDouble(this::millis).sum();
    }

    private double traced(Predicate<Operator> which) {
        return operators.stream()
                        .filter(which)
                        .mapToDouble(Operator::selfMicros)
                        .sum()
                / 1e3
                / steps;
    }

    /** Milliseconds of a step in those operators of the passes that do more than being begun. */
    double working(Predicate<Operator> which) {
        return operators.stream()
                        .filter(each -> roofs.of(each) != Bound.HOST)
                        .filter(which)
                        .mapToDouble(each -> each.selfMicros() * scale(each.phase()))
                        .sum()
                / 1e3
                / steps;
    }

    /** A sum over the operators of the passes that do more than being begun, of one step. */
    double sum(Predicate<Operator> which, ToDoubleFunction<Operator> of) {
        return operators.stream()
                        .filter(each -> roofs.of(each) != Bound.HOST)
                        .filter(which)
                        .mapToDouble(of)
                        .sum()
                / steps;
    }

    /** The operators of the passes, of all steps that were traced. */
    List<Operator> operators() {
        return operators;
    }

    int steps() {
        return steps;
    }

    private double scale(StepPhase pass) {
        return Objects.requireNonNull(scale.get(pass), "expected an operator of a pass");
    }

    double millis(Bound bound) {
        return Objects.requireNonNull(millisByBound().get(bound), "expected a time for each bound");
    }

    /** Milliseconds by what they are spent on; freeing memory and what is between the phases are in none. */
    Map<Bound, Double> millisByBound() {
        Map<Bound, Double> by = new EnumMap<>(Bound.class);
        double compute = working(each -> roofs.of(each) == Bound.COMPUTE);
        double memory = working(each -> roofs.of(each) == Bound.MEMORY_BANDWIDTH);
        by.put(Bound.INPUT, millis(StepPhase.DATA) + millis(StepPhase.HOST_TO_DEVICE));
        by.put(Bound.HOST, passesMillis() - compute - memory);
        by.put(Bound.COMPUTE, compute);
        by.put(Bound.MEMORY_BANDWIDTH, memory);
        by.put(Bound.OPTIMIZER, millis(StepPhase.OPTIMIZER));
        by.put(Bound.SYNCHRONIZATION, millis(StepPhase.LISTENERS) + millis(StepPhase.EVALUATION));
        return by;
    }
}
