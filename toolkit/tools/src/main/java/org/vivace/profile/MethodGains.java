package org.vivace.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.OperationKind;
import org.vivace.estimate.Roofline;
import org.vivace.measure.Figures;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.StepPhase;
import org.vivace.train.EfficiencyMethod;

/**
 * What methods should gain on a step that was profiled. The {@link Estimator} predicts what a method changes: it traces
 * the step with the method and without, and the {@link Roofline} gives both a time. An estimated step is not the
 * measured one, so only ratios of the two times are taken over, and what was measured is scaled by them: of each pass
 * the products, and every other kind of operation by itself, since machines come closer to their peaks in some than in
 * others; and the update. What a pass spends on the host stays as it is, and so does what it spends in blocks that the estimator could
 * not follow.
 */
final class MethodGains {

    private static final Set<StepPhase> FORWARD = Set.of(StepPhase.FORWARD, StepPhase.LOSS);
    private static final Set<StepPhase> BACKWARD = Set.of(StepPhase.BACKWARD);

    private static final List<OperationKind> OTHERS = Arrays.stream(OperationKind.values())
            .filter(kind -> !kind.isProduct())
            .toList();

    /** Parts of the names of operators of a kind. */
    private static final Map<String, OperationKind> NAMED = Map.of(
            "softmax", OperationKind.SOFTMAX,
            "_norm", OperationKind.NORM,
            "dropout", OperationKind.DROPOUT,
            "bernoulli", OperationKind.DROPOUT,
            "pool", OperationKind.POOL,
            "embedding", OperationKind.EMBEDDING,
            "::sum", OperationKind.REDUCTION,
            "::mean", OperationKind.REDUCTION);

    /** Less is the same speed, as a sentence says it. */
    private static final double CHANGE = 0.05;

    private final StepWork work;
    private final Estimator step;
    private final Roofline roofline;
    private final Roofline.Step plain;
    private final List<String> leftOut;

    /**
     * @param step with the methods in force
     * @throws IllegalArgumentException where the estimator cannot follow it
     */
    MethodGains(StepWork work, Estimator step) {
        this.work = work;
        this.step = step;
        roofline = new Roofline(work.roofs().machine());
        Estimate followed = step.step();
        plain = roofline.of(followed);
        leftOut = followed.leftOut();
    }

    /** The paths of the blocks in which no gain is seen. */
    List<String> leftOut() {
        return leftOut;
    }

    /** Nothing where the method does not say what it changes, changes no cost, or is not for this model or optimizer. */
    Optional<Remedy> of(EfficiencyMethod method) {
        Roofline.Step with;
        try {
            Estimator changed = step.methods(List.of(method));
            if (!changed.changesCost()) {
                return Optional.empty();
            }
            with = roofline.meanOf(changed);
        } catch (IllegalArgumentException e) {
            // In force already, or refused by the model or the optimizer, as the run would refuse it: no remedy here.
            return Optional.empty();
        }
        double forward = saved(FORWARD, plain.forward(), with.forward());
        double backward = saved(BACKWARD, plain.backward(), with.backward());
        double update = work.millis(StepPhase.OPTIMIZER) * (1 - ratio(plain.update(), with.update()));
        List<String> changes = new ArrayList<>();
        change("the forward pass", FORWARD, forward, changes);
        change("the backward pass", BACKWARD, backward, changes);
        change("the update", Set.of(StepPhase.OPTIMIZER), update, changes);
        return Optional.of(new Remedy(
                method.label(),
                work.stepMillis() / (work.stepMillis() - forward - backward - update),
                changes.isEmpty()
                        ? "though no part of the step changes much"
                        : "since by the estimate, in the mean over a run, " + String.join(", and ", changes)));
    }

    private void change(String what, Set<StepPhase> phases, double saved, List<String> to) {
        double before = phases.stream().mapToDouble(work::millis).sum();
        if (Math.abs(saved) > CHANGE * before) {
            to.add(what + " is " + Figures.times(before / (before - saved)) + " as fast");
        }
    }

    private double saved(Set<StepPhase> phases, Roofline.Pass before, Roofline.Pass after) {
        double saved = working(phases, each -> Roofs.isProduct(each.kind()))
                * (1 - ratio(before.products(), after.products()));
        for (OperationKind kind : OTHERS) {
            // What a method adds is casts and copies, which take their estimated time, however long the rest takes.
            saved += before.of(kind) <= after.of(kind)
                    ? 1e3 * (before.of(kind) - after.of(kind))
                    : working(phases, each -> !Roofs.isProduct(each.kind()) && kind(each) == kind)
                            * (1 - ratio(before.of(kind), after.of(kind)));
        }
        return saved;
    }

    private double working(Set<StepPhase> phases, Predicate<Operator> which) {
        return work.working(each -> phases.contains(each.phase())
                && which.test(each)
                && leftOut.stream().noneMatch(path -> isWithin(each, path)));
    }

    /** The estimator's kind of an operator that is no product. */
    private static OperationKind kind(Operator operator) {
        if (operator.kind() == OperatorKind.COPY) {
            return OperationKind.COPY;
        }
        return NAMED.entrySet().stream()
                .filter(each -> operator.name().contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(OperationKind.ELEMENTWISE);
    }

    private static boolean isWithin(Operator operator, String path) {
        return path.isEmpty()
                || operator.block().equals(path)
                || operator.block().startsWith(path + "/");
    }

    private static double ratio(double before, double after) {
        return before == 0 ? 1 : after / before;
    }
}
