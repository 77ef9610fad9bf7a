package org.vivace.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.Roofline;
import org.vivace.measure.Figures;
import org.vivace.trace.Operator;
import org.vivace.trace.StepPhase;
import org.vivace.train.EfficiencyMethod;

/**
 * What methods should gain on a step that was profiled. The {@link Estimator} predicts what a method changes: it traces
 * the step with the method and without, and the {@link Roofline} gives both a time. An estimated step is not the
 * measured one, so only ratios of the two times are taken over, and what was measured is scaled by them: of each pass
 * the products and the other operators by themselves, since machines come closer to their peaks in products; and the
 * update. What a pass spends on the host stays as it is, and so does what it spends in blocks that the estimator could
 * not follow.
 */
final class MethodGains {

    private static final Set<StepPhase> FORWARD = Set.of(StepPhase.FORWARD, StepPhase.LOSS);
    private static final Set<StepPhase> BACKWARD = Set.of(StepPhase.BACKWARD);

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
        double saved = saved(FORWARD, plain.forward(), with.forward())
                + saved(BACKWARD, plain.backward(), with.backward())
                + work.millis(StepPhase.OPTIMIZER) * (1 - ratio(plain.update(), with.update()));
        return Optional.of(new Remedy(method.label(), work.stepMillis() / (work.stepMillis() - saved), why(with)));
    }

    private double saved(Set<StepPhase> phases, Roofline.Pass before, Roofline.Pass after) {
        return working(phases, true) * (1 - ratio(before.products(), after.products()))
                + working(phases, false) * (1 - ratio(before.others(), after.others()));
    }

    private double working(Set<StepPhase> phases, boolean products) {
        return work.working(each -> phases.contains(each.phase())
                && Roofs.isProduct(each.kind()) == products
                && leftOut.stream().noneMatch(path -> isWithin(each, path)));
    }

    private static boolean isWithin(Operator operator, String path) {
        return path.isEmpty()
                || operator.block().equals(path)
                || operator.block().startsWith(path + "/");
    }

    private static double ratio(double before, double after) {
        return before == 0 ? 1 : after / before;
    }

    private String why(Roofline.Step with) {
        List<String> changes = new ArrayList<>();
        change("the forward pass", plain.forward().total(), with.forward().total(), changes);
        change("the backward pass", plain.backward().total(), with.backward().total(), changes);
        change("the update", plain.update(), with.update(), changes);
        return changes.isEmpty()
                ? "though at this machine's peak rates little changes"
                : "since at this machine's peak rates, in the mean over a run, " + String.join(", and ", changes);
    }

    private static void change(String what, double before, double after, List<String> to) {
        if (Math.abs(ratio(before, after) - 1) > CHANGE) {
            to.add(what + " is " + Figures.times(before / after) + " as fast");
        }
    }
}
