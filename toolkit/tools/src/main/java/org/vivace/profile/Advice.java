package org.vivace.profile;

import java.util.ArrayList;
import java.util.List;
import org.vivace.measure.Figures;
import org.vivace.trace.StepPhase;

/** What helps and is no method of a catalogue: the data set, the batch, a listener, the model's own code. */
record Advice(StepWork work, StepFacts facts) {

    List<Remedy> all() {
        List<Remedy> advice = new ArrayList<>();
        double step = work.stepMillis();
        double data = work.millis(StepPhase.DATA);
        if (facts.sampleBySample()) {
            advice.add(new Remedy(
                    "a data set that hands out whole batches, such as ArrayDataset",
                    step / (step - data),
                    "since stacking " + facts.batchSize() + " samples is what the step waits for"));
        } else {
            // Readers that mostly wait, for a disk for instance, need no core each.
            int threads = Math.max(2, work.roofs().machine().machine().cores());
            advice.add(new Remedy(
                    "reading ahead: an executor in the training config (optExecutorService)",
                    step / Math.max(step - data, data / threads),
                    "since " + threads
                            + " threads can then read batches while one is trained on, if they mostly wait"));
        }
        facts.slowestListener()
                .ifPresent(listener -> advice.add(new Remedy(
                        "letting " + listener + " act on each hundredth batch",
                        step / (step - 0.99 * work.millis(StepPhase.LISTENERS)),
                        "since it acts on every one")));
        if (facts.paddingShare() >= StepFacts.MUCH_PADDING) {
            advice.add(new Remedy(
                    "batches of sequences of similar length",
                    step / (step - facts.paddingShare() * work.passesMillis()),
                    "since " + Figures.percent(facts.paddingShare()) + " of their positions are padding"));
        }
        new Evidence(work, facts)
                .busiest()
                .ifPresent(block -> advice.add(new Remedy(
                        "fewer and larger operations there",
                        step / (step - 0.9 * work.millis(Bound.HOST)),
                        "since " + block)));
        advice.add(largerBatch());
        return advice;
    }

    /** Twice the samples: what does not depend on them is paid once for both. */
    private Remedy largerBatch() {
        double step = work.stepMillis();
        double fixed = work.millis(Bound.HOST) + work.millis(Bound.OPTIMIZER) + readingWeights();
        double twice = fixed + 2 * (step - fixed);
        return new Remedy(
                "a batch of " + 2 * facts.batchSize(),
                2 * step / twice,
                "for each sample, since " + Figures.percent(fixed / step)
                        + " of a step does not depend on their number");
    }

    /** Of the operators that are bound by memory, the matrix products: with few rows they read the weights and little else. */
    private double readingWeights() {
        return work.working(each -> Roofs.isProduct(each.kind()) && work.roofs().of(each) == Bound.MEMORY_BANDWIDTH);
    }
}
