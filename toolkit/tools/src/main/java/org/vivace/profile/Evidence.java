package org.vivace.profile;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vivace.measure.Figures;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.StepPhase;

/** The numbers that say why a step is bound by what it is bound by, as the first half of a sentence. */
record Evidence(StepWork work, StepFacts facts) {

    String of(Bound bound) {
        return switch (bound) {
            case INPUT -> input();
            case HOST -> host();
            case COMPUTE -> compute();
            case MEMORY_BANDWIDTH -> memory();
            case OPTIMIZER -> optimizer();
            case SYNCHRONIZATION -> synchronization();
        };
    }

    private String share(double millis) {
        return Figures.millis(millis) + " of a step's " + Figures.millis(work.stepMillis()) + " ("
                + Figures.percent(millis / work.stepMillis()) + ")";
    }

    private String input() {
        double copies = work.millis(StepPhase.HOST_TO_DEVICE);
        return "it waits " + share(work.millis(StepPhase.DATA)) + " for the next batch"
                + (facts.sampleBySample() ? ", which is put together sample by sample" : "")
                + (copies < 0.05 * work.stepMillis()
                        ? ""
                        : " and " + Figures.millis(copies) + " for its copy to the device");
    }

    private String host() {
        double host = work.millis(Bound.HOST);
        long all =
                work.operators().stream().filter(each -> each.selfMicros() > 0).count() / work.steps();
        long small = work.operators().stream()
                        .filter(each -> each.selfMicros() > 0 && work.roofs().of(each) == Bound.HOST)
                        .count()
                / work.steps();
        return share(host) + " go to launching operators and to the Java between them: " + small + " of its " + all
                + " operators take less time than their launch"
                + busiest().map(name -> ", and " + name).orElse("");
    }

    /** The block that launches the most operators itself, if that is more than half of all. */
    Optional<String> busiest() {
        Map<String, Long> begun = work.operators().stream()
                .filter(each -> each.selfMicros() > 0 && !each.block().isEmpty())
                .collect(Collectors.groupingBy(Operator::block, Collectors.counting()));
        long all = begun.values().stream().mapToLong(Long::longValue).sum();
        return begun.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(most -> most.getValue() > all / 2 && most.getValue() / work.steps() > StepFacts.MANY_OPERATORS)
                .map(most -> most.getValue() / work.steps() + " of them are in the block " + most.getKey());
    }

    private String compute() {
        double millis = work.working(each -> work.roofs().of(each) == Bound.COMPUTE);
        double flops = work.sum(
                each -> Roofs.isProduct(each.kind()), each -> each.flops().orElse(0));
        double products = work.working(each -> Roofs.isProduct(each.kind()));
        OperatorKind most =
                List.of(OperatorKind.MATRIX_PRODUCT, OperatorKind.CONVOLUTION, OperatorKind.ATTENTION).stream()
                        .max(Comparator.comparingDouble(kind -> work.working(each -> each.kind() == kind)))
                        .orElseThrow();
        double rate = products == 0 ? 0 : flops / products / 1e6;
        return "arithmetic takes " + share(millis) + " at " + Figures.rate(rate, "GFLOP/s")
                + ", with a measured peak of " + Figures.rate(work.roofs().peak(most), "GFLOP/s")
                + (most == OperatorKind.CONVOLUTION ? " in convolutions" : " in matrix products") + " in "
                + work.roofs().precision() + doubt()
                + (facts.paddingShare() < StepFacts.MUCH_PADDING
                        ? ""
                        : ", and " + Figures.percent(facts.paddingShare()) + " of it is done on padding");
    }

    private String memory() {
        double millis = work.working(each -> work.roofs().of(each) == Bound.MEMORY_BANDWIDTH);
        double bytes = work.sum(
                each -> work.roofs().of(each) == Bound.MEMORY_BANDWIDTH,
                each -> each.bytes().orElse(0));
        return "memory-bound operators take " + share(millis) + " and move "
                + Figures.rate(millis == 0 ? 0 : bytes / millis / 1e6, "GB/s")
                + ", with a measured peak of "
                + Figures.rate(work.roofs().machine().gigabytesPerSecond(), "GB/s") + doubt();
    }

    /** A reservation about the peak, worded to follow it. */
    private String doubt() {
        return work.roofs().machine().doubt().isPresent() ? ", measured while other work held the processors" : "";
    }

    private String optimizer() {
        return "updating " + facts.parameterArrays() + " parameter arrays of "
                + Figures.rate(facts.parameterBytes() / 1e6, "MB") + " takes "
                + share(work.millis(StepPhase.OPTIMIZER));
    }

    private String synchronization() {
        double evaluation = work.millis(StepPhase.EVALUATION);
        return facts.slowestListener()
                        .map(name -> "the listener " + name + " blocks the step")
                        .orElse("evaluating each batch blocks the step")
                + ": listeners take " + share(work.millis(StepPhase.LISTENERS))
                + (evaluation > 0 ? ", evaluation " + Figures.millis(evaluation) : "");
    }
}
